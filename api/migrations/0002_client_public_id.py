from django.db import migrations, models

import audit.ids


def give_ids(apps, schema_editor):
    for client in apps.get_model("api", "Client").objects.filter(public_id=None):
        client.public_id = audit.ids.new_id()
        client.save(update_fields=["public_id"])


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]

    operations = [
        migrations.AddField("client", "public_id", models.UUIDField(null=True, editable=False)),
        migrations.RunPython(give_ids, migrations.RunPython.noop),
        migrations.AlterField(
            "client", "public_id", models.UUIDField(default=audit.ids.new_id, editable=False, unique=True)
        ),
    ]
