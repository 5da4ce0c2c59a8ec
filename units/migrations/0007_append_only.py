from django.db import migrations

# Why: units/actions/guarding.py.
STATEMENTS = {
    "units_activityentry": "UPDATE, DELETE, TRUNCATE",
    "units_activityseal": "DELETE, TRUNCATE",
}


def take_away(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table, rights in STATEMENTS.items():
            schema_editor.execute(f"REVOKE {rights} ON {table} FROM CURRENT_USER")


def give_back(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table, rights in STATEMENTS.items():
            schema_editor.execute(f"GRANT {rights} ON {table} TO CURRENT_USER")


class Migration(migrations.Migration):

    dependencies = [
        ("units", "0006_activity_seal"),
    ]

    operations = [
        migrations.RunPython(take_away, give_back),
    ]
