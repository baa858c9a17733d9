"""What is open, live or running is a few hundred rows among millions: too rare for PostgreSQL's ordinary sample, so it
took them for one and walked all running clocks for every line of a worklist. A larger sample knows how many there are.
"""

from django.db import migrations

SAMPLED = {
    "referrals_referral": ("status", "closed_at"),
    "referrals_referraloffer": ("status", "closed_at"),
    "referrals_clock": ("stopped_at",),
}
MORE, ORDINARY = 400, -1


def sample(target: int) -> list[str]:
    """How many values of each column are kept; ANALYZE looks at 300 times as many rows."""
    return [
        f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target}"
        for table, columns in SAMPLED.items()
        for column in columns
    ]


class Migration(migrations.Migration):
    dependencies = [("referrals", "0005_hot_indexes")]
    operations = [migrations.RunSQL(sample(MORE), sample(ORDINARY))]
