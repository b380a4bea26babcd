"""The administrator's back door to the rows; what is changed here enters the history as well."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from tracker.models import Claim, Speaker, Status, StatusChange, Story, User


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """People and their roles (groups)."""

    fieldsets = (*(UserAdmin.fieldsets or ()), (None, {"fields": ("language", "shortcuts")}))


@admin.register(Story)
class StoryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Stories: their filter, key events and, when confidential, their members."""

    list_display = ("title", "slug", "sample", "confidential")
    filter_horizontal = ("members",)


@admin.register(Claim)
class ClaimAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Claims and their terms."""

    list_display = ("number", "statement", "story")
    list_filter = ("story",)
    search_fields = ("statement", "title")
    filter_horizontal = ("parties",)


@admin.register(StatusChange)
class StatusChangeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The dated history of statuses; withdrawn rather than deleted."""

    list_display = ("claim", "status", "by_kind", "by_speaker", "effective_on", "withdrawn_at")
    raw_id_fields = ("evidence",)

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False


admin.site.register([Speaker, Status])
