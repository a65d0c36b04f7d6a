"""Networks: founding, changing, features, who may what."""
