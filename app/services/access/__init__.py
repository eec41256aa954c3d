"""Who may do what: in a module by profile, on a record by owner, role, sharing default and share. One place decides, in SQL."""

from app.services.access.explaining import Reason, explain
from app.services.access.profiles import (
    ProfileInfo,
    delete_profile,
    list_profiles,
    save_profile,
    set_sharing_default,
    sharing_defaults,
)
from app.services.access.roles import RoleInfo, delete_role, list_roles, save_role
from app.services.access.scopes import check, forbid, owned, rights, scope
from app.services.access.sharing import ShareInfo, list_shares, share, unshare

__all__ = ["ProfileInfo", "Reason", "RoleInfo", "ShareInfo", "check", "delete_profile", "delete_role", "explain", "forbid",
           "list_profiles", "list_roles", "list_shares", "owned", "rights", "save_profile", "save_role", "scope", "set_sharing_default", "share",
           "sharing_defaults", "unshare"]  # fmt: skip
