"""Choices of the team about a list: how words are read, and which rows are two."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add them to versions of lists."""

    dependencies = [("workspace", "0002_workspace_id")]
    operations = [
        migrations.AddField("listversion", "readings", models.JSONField(default=dict)),
        migrations.AddField("listversion", "kept_apart", models.JSONField(default=list)),
    ]
