import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from django.conf import settings
from django.db import migrations, models

from workflow.first_migration import FirstMigration


class Migration(FirstMigration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=60, verbose_name='kind')),
                ('scope', models.CharField(blank=True, max_length=60, verbose_name='scope')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('code', models.CharField(max_length=16, unique=True, verbose_name='verification code')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('language', models.CharField(max_length=8, verbose_name='language')),
                ('sensitivity', models.CharField(choices=[('public', 'Public'), ('internal', 'Internal'), ('restricted', 'Restricted'), ('vault', 'Vault')], default='internal', max_length=12, verbose_name='sensitivity')),
                ('content_sha256', models.CharField(max_length=64, verbose_name='content digest')),
                ('stream', models.CharField(blank=True, db_index=True, max_length=80, verbose_name='case')),
                ('subject_id', models.PositiveBigIntegerField()),
                ('issued_at', models.DateTimeField(verbose_name='issued on')),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('subject_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                ('supersedes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='documents.paper', verbose_name='supersedes')),
            ],
            options={
                'verbose_name': 'paper',
                'verbose_name_plural': 'papers',
                'ordering': ['issued_at', 'pk'],
                'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='paper_subject')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'scope', 'year', 'number'), name='paper_number_unique'), models.CheckConstraint(condition=models.Q(('number__gt', 0)), name='paper_number_positive'), models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('content_sha256'), 64), name='paper_content_sha256_length'), models.CheckConstraint(condition=models.Q(('sensitivity__in', ['public', 'internal', 'restricted', 'vault'])), name='paper_sensitivity_known'), models.CheckConstraint(condition=models.Q(('supersedes', None), models.Q(('supersedes', models.F('id')), _negated=True), _connector='OR'), name='paper_not_its_own_successor')],
            },
        ),
        migrations.CreateModel(
            name='PaperCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('scope', models.CharField(blank=True, max_length=60)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'scope', 'year'), name='paper_counter_unique')],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public reference')),
                ('owner_id', models.PositiveBigIntegerField()),
                ('stream', models.CharField(blank=True, db_index=True, max_length=80, verbose_name='case')),
                ('kind', models.CharField(max_length=60, verbose_name='kind')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('media_type', models.CharField(max_length=100, verbose_name='type')),
                ('stored_as', models.CharField(editable=False, max_length=80, unique=True)),
                ('size', models.PositiveBigIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(db_index=True, max_length=64, verbose_name='digest')),
                ('received_sha256', models.CharField(db_index=True, max_length=64, verbose_name='digest as received')),
                ('width', models.PositiveIntegerField(null=True, verbose_name='width in pixels')),
                ('height', models.PositiveIntegerField(null=True, verbose_name='height in pixels')),
                ('pages', models.PositiveIntegerField(null=True, verbose_name='pages')),
                ('sensitivity', models.CharField(choices=[('public', 'Public'), ('internal', 'Internal'), ('restricted', 'Restricted'), ('vault', 'Vault')], default='internal', max_length=12, verbose_name='sensitivity')),
                ('juror_visible', models.BooleanField(default=False, verbose_name='jurors may see it')),
                ('scan', models.CharField(choices=[('clean', 'Clean'), ('quarantined', 'Waiting for the virus scanner')], default='clean', max_length=12, verbose_name='virus scan')),
                ('uploaded_at', models.DateTimeField(verbose_name='received on')),
                ('erased_at', models.DateTimeField(null=True, verbose_name='erased on')),
                ('withheld_at', models.DateTimeField(editable=False, null=True, verbose_name='hidden since')),
                ('owner_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'file',
                'verbose_name_plural': 'files',
                'ordering': ['uploaded_at', 'pk'],
                'indexes': [models.Index(fields=['owner_type', 'owner_id'], name='document_owner')],
                'constraints': [models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='document_size_positive'), models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('sha256'), 64), name='document_sha256_length'), models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('received_sha256'), 64), name='document_received_sha256_length'), models.CheckConstraint(condition=models.Q(('sensitivity__in', ['public', 'internal', 'restricted', 'vault'])), name='document_sensitivity_known'), models.CheckConstraint(condition=models.Q(('scan__in', ['clean', 'quarantined'])), name='document_scan_known'), models.CheckConstraint(condition=models.Q(('juror_visible', True), ('sensitivity', 'vault'), _negated=True), name='document_vault_never_for_jurors')],
            },
        ),
        migrations.CreateModel(
            name='PaperCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('stored_as', models.CharField(editable=False, max_length=80, unique=True)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('printed_at', models.DateTimeField()),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='documents.paper')),
                ('printed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["paper_id", "number"],
                'constraints': [models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='paper_copy_size_positive'), models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('sha256'), 64), name='paper_copy_sha256_length'), models.UniqueConstraint(fields=('paper', 'number'), name='paper_copy_number_unique')],
            },
        ),
        migrations.CreateModel(
            name='PaperErasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('erased_at', models.DateTimeField()),
                ('paper', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='erasure', to='documents.paper')),
            ],
        ),
    ]
