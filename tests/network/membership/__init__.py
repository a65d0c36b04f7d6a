"""Belonging: invitations, memberships, roles, applications, who may what."""
