"""Tags become a managed vocabulary, and editors note how reliable a source is."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('sources', '0008_emptied_pages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # the groups were free words until now
        migrations.RunSQL(
            "UPDATE sources_tag SET \"group\" = CASE \"group\" WHEN 'type' THEN 'kind'"
            " WHEN 'beat' THEN 'beat' WHEN 'region' THEN 'region' ELSE '' END",
            migrations.RunSQL.noop,
        ),
        migrations.CreateModel(
            name='ReliabilityNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'ordering': ('-at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='ReliabilityNoteEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('text', models.CharField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TagEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('slug', models.SlugField(db_index=False)),
                ('group', models.CharField(blank=True, choices=[('ownership', 'ownership'), ('kind', 'kind of outlet'), ('leaning', 'leaning, as stated by somebody'), ('wire', 'wire'), ('state_media', 'state media'), ('secondhand', 'secondhand'), ('region', 'region it covers'), ('beat', 'beat it covers'), ('', 'other')], default='')),
                ('label_en', models.CharField()),
                ('label_fr', models.CharField(blank=True, default='')),
                ('stated_by', models.CharField(blank=True, default='', help_text='Who says so, where a tag states a leaning.')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='tag',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='former_tags', to='sources.tag'),
        ),
        migrations.AddField(
            model_name='tag',
            name='stated_by',
            field=models.CharField(blank=True, default='', help_text='Who says so, where a tag states a leaning.'),
        ),
        migrations.AlterField(
            model_name='tag',
            name='group',
            field=models.CharField(blank=True, choices=[('ownership', 'ownership'), ('kind', 'kind of outlet'), ('leaning', 'leaning, as stated by somebody'), ('wire', 'wire'), ('state_media', 'state media'), ('secondhand', 'secondhand'), ('region', 'region it covers'), ('beat', 'beat it covers'), ('', 'other')], default=''),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tag',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sources_tagevent" ("group", "id", "label_en", "label_fr", "merged_into_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "stated_by") VALUES (NEW."group", NEW."id", NEW."label_en", NEW."label_fr", NEW."merged_into_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."slug", NEW."stated_by"); RETURN NULL;', hash='ad97919bf9bcb1dd6957cb20e5e08e33bf0663dd', operation='INSERT', pgid='pgtrigger_insert_insert_cafba', table='sources_tag', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tag',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "sources_tagevent" ("group", "id", "label_en", "label_fr", "merged_into_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "stated_by") VALUES (NEW."group", NEW."id", NEW."label_en", NEW."label_fr", NEW."merged_into_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."slug", NEW."stated_by"); RETURN NULL;', hash='2762fc187089adfc5a5a3c03359acd971999ef53', operation='UPDATE', pgid='pgtrigger_update_update_56110', table='sources_tag', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tag',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sources_tagevent" ("group", "id", "label_en", "label_fr", "merged_into_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "stated_by") VALUES (OLD."group", OLD."id", OLD."label_en", OLD."label_fr", OLD."merged_into_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."slug", OLD."stated_by"); RETURN NULL;', hash='cb9f9448f1d7c357fcf98f59665dbf1a54800acf', operation='DELETE', pgid='pgtrigger_delete_delete_8ddd0', table='sources_tag', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('group', 'leaning'), _negated=True), models.Q(('stated_by', ''), _negated=True), _connector='OR'), name='leaning_says_who_states_it'),
        ),
        migrations.AddField(
            model_name='reliabilitynote',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reliabilitynote',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='sources.source'),
        ),
        migrations.AddField(
            model_name='reliabilitynoteevent',
            name='by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reliabilitynoteevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='reliabilitynoteevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='sources.reliabilitynote'),
        ),
        migrations.AddField(
            model_name='reliabilitynoteevent',
            name='source',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sources.source'),
        ),
        migrations.AddField(
            model_name='tagevent',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sources.tag'),
        ),
        migrations.AddField(
            model_name='tagevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='tagevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='sources.tag'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reliabilitynote',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sources_reliabilitynoteevent" ("at", "by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id", "text", "withdrawn_at") VALUES (NEW."at", NEW."by_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source_id", NEW."text", NEW."withdrawn_at"); RETURN NULL;', hash='197d93495cd075931cb060e0165279caf65ffae4', operation='INSERT', pgid='pgtrigger_insert_insert_7c64a', table='sources_reliabilitynote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reliabilitynote',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "sources_reliabilitynoteevent" ("at", "by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id", "text", "withdrawn_at") VALUES (NEW."at", NEW."by_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source_id", NEW."text", NEW."withdrawn_at"); RETURN NULL;', hash='da232282470226aba2e688de1c551e13836c1b22', operation='UPDATE', pgid='pgtrigger_update_update_1c8d2', table='sources_reliabilitynote', when='AFTER')),
        ),
    ]
