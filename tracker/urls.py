"""The site on one screen."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import URLPattern, URLResolver, path

from tracker.views import (
    add,
    article,
    capture,
    counted,
    desk,
    edit,
    edits,
    ingest,
    pages,
    review,
    samplenight,
    search,
    upkeep,
    watch,
)

STORY = "stories/<slug:slug>/"
CLAIM = f"{STORY}claims/<int:number>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("stories/", pages.stories, name="stories"),
    path(STORY, pages.story, name="story"),
    path(f"{STORY}claims/new/", edit.new_claim, name="new-claim"),
    path(CLAIM, pages.claim, name="claim"),
    path(f"{CLAIM}edit/", edit.claim, name="edit-claim"),
    path(f"{CLAIM}status/", edit.status, name="status"),
    path(f"{CLAIM}counted/<slug:figure>/", counted.of_claim, name="counted"),
    path(f"{STORY}counted/<slug:figure>/", counted.of_story, name="story-counted"),
    path(f"{STORY}evidence/<int:pk>/", pages.evidence, name="evidence"),
    path(f"{STORY}articles/<int:pk>/dismiss/", edit.dismiss, name="dismiss"),
    path("evidence/<int:pk>/withdraw/", edit.withdraw, name="withdraw"),
    path("evidence/<int:pk>/restore/", edit.restore, name="restore"),
    path("statuses/<int:pk>/withdraw/", edit.withdraw_status, name="withdraw-status"),
    path("articles/new/", add.new, name="add-articles"),
    path("articles/<int:pk>/", article.article, name="article"),
    path("articles/<int:pk>/versions/", article.versions, name="versions"),
    path("articles/<int:pk>/versions/<int:seq>/capture.warc.gz", capture.capture, name="capture"),
    path("articles/<int:pk>/provenance/", article.provenance, name="provenance"),
    path("articles/<int:pk>/link/", edit.link, name="link"),
    path("inbox/", review.inbox, name="inbox"),
    path("inbox/edits/", edits.edits, name="edits"),
    path("inbox/edits/<int:pk>/noted/", edits.note, name="noted"),
    path("inbox/edits/<int:pk>/noted/undo/", edits.undo, name="undo-noted"),
    path("inbox/<int:pk>/", review.decide, name="decide"),
    path("inbox/<int:pk>/undo/", review.undo, name="undo-decision"),
    path("sources/", desk.sources, name="sources"),
    path("sources/tags/", desk.tag, name="tag"),
    path("sources/feeds/<int:pk>/pause/", desk.pause, name="pause-feed"),
    path("sources/<slug:slug>/", desk.source, name="source"),
    path("sources/<slug:slug>/edit/", desk.edit, name="edit-source"),
    path("ingest/", ingest.ingest, name="ingest"),
    path("ingest/sample-night/", samplenight.start, name="sample-night"),
    path("ingest/start/", upkeep.start, name="start-run"),
    path("ingest/runs/<int:pk>/", ingest.run, name="run"),
    path("ingest/feeds/<int:pk>/", ingest.feed, name="ingest-feed"),
    path("ingest/feeds/<int:pk>/retry/", upkeep.retry, name="retry-feed"),
    path("ingest/feeds/<int:pk>/pause/", upkeep.pause, name="pause-until"),
    path("ingest/feeds/<int:pk>/resume/", upkeep.resume, name="resume-feed"),
    path("ingest/feeds/<int:pk>/address/", upkeep.move, name="move-feed"),
    path("ingest/feeds/<int:pk>/pace/", upkeep.pace, name="pace-feed"),
    path("ingest/feeds/<int:pk>/release/", upkeep.release, name="release-feed"),
    path("ingest/articles/<int:pk>/retry/", upkeep.ask_article, name="retry-article"),
    path("search/", search.search, name="search"),
    path("preferences/", edit.preferences, name="preferences"),
    path("sign-in/", auth.LoginView.as_view(redirect_authenticated_user=True), name="sign-in"),
    path("sign-out/", auth.LogoutView.as_view(), name="sign-out"),
    path("healthz", watch.healthz, name="healthz"),
    path("metrics", watch.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("kit/", pages.kit, name="kit"),  # not found unless DEBUG is on
]
