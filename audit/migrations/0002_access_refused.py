from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="access",
            index=models.Index(
                fields=["at"], name="access_refused", condition=models.Q(outcome="refused")
            ),
        ),
    ]
