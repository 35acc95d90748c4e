import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from workflow.first_migration import FirstMigration


class Migration(FirstMigration):

    initial = True

    # The tables of libraries come first: each step of a migration draws the tables that are known by then again.
    dependencies = [
        ('accounts', '__first__'),
        ('account', '0009_emailaddress_unique_primary_email'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('django_tasks_database', '0021_conditional_partial_index_ordering'),
        ('mfa', '0003_authenticator_type_uniq'),
        ('sessions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='EventNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True)),
                ('salt', models.CharField(max_length=32)),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='StreamHead',
            fields=[
                ('stream', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('seq', models.PositiveIntegerField(default=0)),
                ('hash', models.CharField(blank=True, default='', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=200)),
                ('programme_id', models.BigIntegerField(blank=True, null=True)),
                ('language', models.CharField(max_length=8)),
                ('given', models.JSONField(blank=True, default=dict)),
                ('result', models.JSONField(blank=True, default=dict)),
                ('status', models.CharField(choices=[('waiting', 'Waits for its turn'), ('running', 'At work'), ('done', 'Done'), ('failed', 'Failed'), ('stopped', 'Stopped')], default='waiting', max_length=10)),
                ('phase', models.CharField(blank=True, max_length=200)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('beat_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('stop_asked', models.BooleanField(default=False)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'long work',
                'verbose_name_plural': 'long works',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['owner', 'read_at'], name='workflow_job_of_owner')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'running', 'done', 'failed', 'stopped'])), name='workflow_job_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('status__in', ['waiting', 'running'])), models.Q(('ended_at__isnull', False), ('status__in', ['done', 'failed', 'stopped'])), _connector='OR'), name='workflow_job_ended_has_a_date')],
            },
        ),
        migrations.CreateModel(
            name='ListExport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('path', models.CharField(max_length=200)),
                ('query', models.TextField(blank=True)),
                ('programme_id', models.BigIntegerField(blank=True, null=True)),
                ('title', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=4)),
                ('rows', models.PositiveIntegerField()),
                ('asked_at', models.DateTimeField(verbose_name='asked on')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('needs_second', models.BooleanField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('granted', models.BooleanField(default=False)),
                ('fetched_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'file of a list',
                'verbose_name_plural': 'files of lists',
                'ordering': ['-asked_at', '-pk'],
                'indexes': [models.Index(fields=['programme_id', 'answered_at'], name='list_export_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['csv', 'xlsx'])), name='list_export_kind_known'), models.CheckConstraint(condition=models.Q(('answered_by__isnull', True), models.Q(('answered_by', models.F('asked_by')), _negated=True), _connector='OR'), name='list_export_two_persons'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='list_export_answer_has_an_author'), models.CheckConstraint(condition=models.Q(('granted', False), ('answered_at__isnull', False), _connector='OR'), name='list_export_granted_by_somebody'), models.CheckConstraint(condition=models.Q(('needs_second', False), ('granted', True), ('fetched_at__isnull', True), _connector='OR'), name='list_export_large_only_when_granted'), models.CheckConstraint(condition=models.Q(('needs_second', False), models.Q(('reason', ''), _negated=True), _connector='OR'), name='list_export_large_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='NoticeBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=200)),
                ('stream', models.CharField(blank=True, max_length=80)),
                ('programme_code', models.CharField(blank=True, db_index=True, max_length=40)),
                ('created_at', models.DateTimeField()),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('released_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'notice batches',
            },
        ),
        migrations.CreateModel(
            name='Refusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stream', models.CharField(db_index=True, max_length=80)),
                ('kind', models.CharField(max_length=60)),
                ('object_id', models.CharField(max_length=40)),
                ('verb', models.CharField(max_length=40)),
                ('system', models.CharField(blank=True, max_length=60)),
                ('at', models.DateTimeField()),
                ('sentences', models.JSONField(default=list)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=200)),
                ('programme_id', models.BigIntegerField(blank=True, null=True)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('query', models.TextField(blank=True)),
                ('shared', models.BooleanField(default=False, verbose_name='shared in the programme')),
                ('created_at', models.DateTimeField()),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'saved view',
                'verbose_name_plural': 'saved views',
                'ordering': ['name', 'pk'],
                'indexes': [models.Index(fields=['path'], name='saved_view_by_path')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'path', 'name'), name='saved_view_name_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='saved_view_has_a_name'), models.CheckConstraint(condition=models.Q(('shared', False), ('programme_id__isnull', False), _connector='OR'), name='saved_view_shared_in_a_programme')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stream', models.CharField(max_length=80)),
                ('seq', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=60)),
                ('object_id', models.CharField(max_length=40)),
                ('verb', models.CharField(max_length=40)),
                ('source', models.CharField(max_length=30)),
                ('target', models.CharField(max_length=30)),
                ('system', models.CharField(blank=True, max_length=60)),
                ('occurred_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('data', models.JSONField(blank=True, default=dict)),
                ('note_digest', models.CharField(blank=True, max_length=64)),
                ('prev_hash', models.CharField(blank=True, max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cause', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='effects', to='workflow.event')),
                ('second_person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('note', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='workflow.eventnote')),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'object_id'], name='workflow_event_record')],
                'constraints': [models.UniqueConstraint(fields=('stream', 'seq'), name='workflow_event_stream_seq'), models.CheckConstraint(condition=models.Q(models.Q(('actor__isnull', False), ('system', '')), models.Q(('actor__isnull', True), models.Q(('system', ''), _negated=True)), _connector='OR'), name='workflow_event_one_actor'), models.CheckConstraint(condition=models.Q(('seq__gt', 0)), name='workflow_event_seq_positive')],
            },
        ),
        migrations.CreateModel(
            name='Intent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_key', models.CharField(max_length=70)),
                ('kind', models.CharField(max_length=60)),
                ('object_id', models.CharField(max_length=40)),
                ('verb', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=80)),
                ('digest', models.CharField(max_length=64)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.event')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('actor_key', 'kind', 'object_id', 'verb', 'key'), name='workflow_intent_once')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stream', models.CharField(db_index=True, max_length=80)),
                ('template', models.CharField(max_length=60)),
                ('recipient_kind', models.CharField(max_length=40)),
                ('recipient_id', models.CharField(max_length=40)),
                ('context', models.JSONField(blank=True, default=dict)),
                ('channel', models.CharField(blank=True, choices=[('email', 'E-mail'), ('sms', 'SMS'), ('page', 'On the page')], max_length=10)),
                ('status', models.CharField(choices=[('draft', 'To be read before it leaves'), ('queued', 'To send'), ('sent', 'Sent'), ('failed', 'Failed')], default='queued', max_length=10)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=200)),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='workflow.event')),
                ('batch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='workflow.noticebatch')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status', 'queued')), fields=['created_at'], name='workflow_notice_queue')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('object_id', models.CharField(max_length=40)),
                ('verb', models.CharField(max_length=40)),
                ('digest', models.CharField(max_length=64)),
                ('data', models.JSONField(default=dict)),
                ('proposed_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('event', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='workflow.event')),
                ('proposer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('event__isnull', True), ('withdrawn_at__isnull', True)), fields=('kind', 'object_id', 'verb'), name='workflow_proposal_one_open')],
            },
        ),
    ]
