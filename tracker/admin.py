"""The administrator's back door to the rows; what is changed here enters the history as well."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from tracker.models import Claim, Speaker, Status, StatusChange, Story, User

# the one door asks for the second factor and counts attempts; there is no other beside it
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class _Narrowed(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows and offers only rows of stories this administrator may know of."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows one may know of."""
        manager: Any = self.model._default_manager
        rows: QuerySet[Any] = super().get_queryset(request)
        narrowed: QuerySet[Any] = rows & manager.visible_to(request.user)
        return narrowed

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The choices one may know of."""
        manager: Any = db_field.remote_field.model._default_manager
        if hasattr(manager.all(), "visible_to"):
            kwargs["queryset"] = manager.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """People. Roles are given on the page of people; rights beyond them, by superusers."""

    fieldsets = (*(UserAdmin.fieldsets or ()), (None, {"fields": ("language", "shortcuts")}))

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Nobody makes more of themselves or of others than they are."""
        beyond = ["is_superuser", "is_staff", "user_permissions", "groups"]
        return [] if request.user.is_superuser else beyond

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Superusers are changed by their like."""
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(is_superuser=False)


@admin.register(Story)
class StoryAdmin(_Narrowed):
    """Stories: their filter, key events and, when confidential, their members."""

    list_display = ("title", "slug", "sample", "confidential")
    filter_horizontal = ("members",)


@admin.register(Claim)
class ClaimAdmin(_Narrowed):
    """Claims and their terms."""

    list_display = ("number", "statement", "story")
    search_fields = ("statement", "title")
    filter_horizontal = ("parties",)
    raw_id_fields = ("merged_into",)


@admin.register(StatusChange)
class StatusChangeAdmin(_Narrowed):
    """The dated history of statuses; withdrawn rather than deleted."""

    list_display = ("claim", "status", "by_kind", "by_speaker", "effective_on", "withdrawn_at")
    raw_id_fields = ("evidence",)

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False


admin.site.register([Speaker, Status])
