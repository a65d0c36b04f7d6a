"""The authorisation matrix: every route and every socket event, asked by each kind of actor."""
