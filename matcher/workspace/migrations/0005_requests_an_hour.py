"""How often one person may start what takes long."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add it to the choices of the workspace."""

    dependencies = [("workspace", "0004_account_subject")]
    operations = [migrations.AddField("preferences", "most_an_hour", models.PositiveIntegerField(default=300))]
