import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0001_initial'),
        ('followup', '0001_initial'),
        ('programmes', '0002_questions_and_extensions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Nothing wrote files of visits before devices did: the table is empty and gets another key.
        migrations.DeleteModel(name="VisitMedia"),
        migrations.CreateModel(
            name='DeviceContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_at', models.DateTimeField(verbose_name='last synchronised on')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='last sent on')),
                ('waiting', models.PositiveIntegerField(default=0, verbose_name='still on the device')),
                ('clock_offset', models.IntegerField(default=0, verbose_name='seconds that the device was slow')),
                ('app_version', models.CharField(blank=True, max_length=40, verbose_name='version of the app')),
                ('coach', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='device_contact', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'contact of a device',
                'verbose_name_plural': 'contacts of devices',
            },
        ),
        migrations.CreateModel(
            name='VisitSubmission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(editable=False, unique=True, verbose_name='identifier')),
                ('form_version', models.PositiveSmallIntegerField()),
                ('base_revision', models.PositiveIntegerField(default=0)),
                ('device_at', models.DateTimeField(verbose_name="device's clock")),
                ('clock_offset', models.IntegerField(default=0, verbose_name='seconds that the device was slow')),
                ('performed_at', models.DateTimeField(verbose_name='performed at')),
                ('received_at', models.DateTimeField(verbose_name='received on')),
                ('sha256', models.CharField(max_length=64, verbose_name='digest')),
                ('answers', models.JSONField(blank=True, default=dict)),
                ('replaced', models.JSONField(blank=True, null=True)),
                ('status', models.CharField(choices=[('applied', 'Counted'), ('conflict', 'Second report of one visit'), ('quarantined', 'Put aside until somebody decides'), ('set_aside', 'Not counted')], max_length=12, verbose_name='status')),
                ('flag', models.CharField(blank=True, choices=[('', ''), ('unplanned', 'The visit was not planned.'), ('cancelled', 'The visit had been cancelled meanwhile.'), ('rescheduled', 'The visit had been rescheduled meanwhile.'), ('second', 'Another report of this visit had arrived before.'), ('reassigned', 'Another coach follows this enterprise now.'), ('revoked', 'The sender is no longer a coach of this programme.'), ('refused', 'The visit could not be submitted as it stands.'), ('unfinished', 'The report was not finished; it comes from a rescue file.')], max_length=12, verbose_name='remark')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='decided on')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visit_submissions', to='followup.enterprise')),
                ('planned', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='followup.visit')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visit_submissions', to='programmes.programme')),
                ('rescued_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('visit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='followup.visit')),
            ],
            options={
                'verbose_name': 'report of a visit',
                'verbose_name_plural': 'reports of visits',
                'ordering': ['received_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='VisitMedia',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifier')),
                ('kind', models.CharField(choices=[('photo', 'Photo'), ('signature', 'Signature'), ('document', 'Document')], max_length=20, verbose_name='kind')),
                ('field', models.CharField(blank=True, max_length=40)),
                ('media_type', models.CharField(blank=True, max_length=40, verbose_name='type')),
                ('size', models.PositiveIntegerField(default=0, verbose_name='size in bytes')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='digest')),
                ('received_at', models.DateTimeField(blank=True, null=True, verbose_name='received on')),
                ('refusal', models.CharField(blank=True, max_length=40, verbose_name='why it was refused')),
                ('consent', models.BooleanField(default=False, verbose_name='the person agreed to the photo')),
                ('caption', models.CharField(blank=True, max_length=200, verbose_name='caption')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                ('visit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='media', to='followup.visit')),
                ('submission', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='media', to='followup.visitsubmission')),
            ],
            options={
                'verbose_name': 'file of a visit',
                'verbose_name_plural': 'files of visits',
                'ordering': ['pk'],
            },
        ),
        migrations.AddIndex(
            model_name='visitsubmission',
            index=models.Index(fields=['programme', 'status', 'received_at'], name='followup_submission_open'),
        ),
        migrations.AddConstraint(
            model_name='visitsubmission',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['applied', 'conflict', 'quarantined', 'set_aside'])), name='followup_submission_known_status'),
        ),
        migrations.AddConstraint(
            model_name='visitsubmission',
            constraint=models.CheckConstraint(condition=models.Q(('visit__isnull', False), ('status__in', ['quarantined', 'set_aside']), _connector='OR'), name='followup_submission_has_its_visit'),
        ),
        migrations.AddConstraint(
            model_name='visitsubmission',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('sha256'), 64), name='followup_submission_sha256_length'),
        ),
    ]
