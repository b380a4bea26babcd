"""The administrator's back door to sources, tags, feeds and hosts."""

from django.contrib import admin

from sources.models import Feed, Host, Source, Tag


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Sources as their editors describe them."""

    list_display = ("name", "kind", "country", "owner", "sample")
    list_filter = ("kind", "country", "sample")
    search_fields = ("name", "slug")


@admin.register(Feed)
class FeedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Feeds: how they are polled. Added by `manage.py add_feed`, which also queues them."""

    list_display = ("source", "url", "enabled", "last_outcome", "last_ok_at")
    search_fields = ("url", "source__name")
    raw_id_fields = ("source",)

    def has_add_permission(self, request: object) -> bool:
        return False


@admin.register(Host)
class HostAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Hosts: whose they are and how gently we ask."""

    list_display = ("authority", "source", "min_gap", "crawl_delay", "paused_until")
    search_fields = ("authority",)
    raw_id_fields = ("source",)


admin.site.register(Tag)
