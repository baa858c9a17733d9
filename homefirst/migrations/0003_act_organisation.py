"""For which organisation somebody acted: by name, two providers of one name were told what concerned the other."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("homefirst", "0002_guarantees")]

    operations = [
        migrations.AddField(
            "act",
            "by_organisation_id",
            models.UUIDField(help_text="For whom they did it: names change, and two may be alike.", null=True),
        )
    ]
