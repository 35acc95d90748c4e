import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from workflow.first_migration import FirstMigration


class Migration(FirstMigration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(blank=True, max_length=254, null=True, unique=True, verbose_name='e-mail address')),
                ('phone_sealed', models.TextField(blank=True, default='', editable=False)),
                ('phone_index', models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True)),
                ('phone_verified_at', models.DateTimeField(blank=True, null=True, verbose_name='number confirmed on')),
                ('full_name', models.CharField(blank=True, max_length=200, verbose_name='full name')),
                ('language', models.CharField(choices=[('fr', 'French'), ('en', 'English'), ('ar', 'Arabic')], default='fr', max_length=8, verbose_name='language')),
                ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                ('is_staff', models.BooleanField(default=False, verbose_name='may open the set-up pages')),
                ('is_superuser', models.BooleanField(default=False, verbose_name='administers the system')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='joined on')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_once_in_any_case', violation_error_message='An account with this e-mail address exists already.'), models.CheckConstraint(condition=models.Q(('email__isnull', False), ('phone_index__isnull', False), _connector='OR'), name='user_has_email_or_phone', violation_error_message='Give an e-mail address or a phone number.'), models.CheckConstraint(condition=models.Q(models.Q(('email', ''), _negated=True), models.Q(('phone_index', ''), _negated=True)), name='user_no_empty_email_or_phone'), models.CheckConstraint(condition=models.Q(models.Q(('phone_index__isnull', True), ('phone_sealed', '')), models.Q(('phone_index__isnull', False), models.Q(('phone_sealed', ''), _negated=True)), _connector='OR'), name='user_phone_sealed_and_indexed'), models.CheckConstraint(condition=models.Q(('language__in', ['fr', 'en', 'ar'])), name='user_language_known')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=60, verbose_name='purpose')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('full_name', models.CharField(blank=True, max_length=200, verbose_name='full name')),
                ('language', models.CharField(choices=[('fr', 'French'), ('en', 'English'), ('ar', 'Arabic')], max_length=8, verbose_name='language')),
                ('payload', models.JSONField(blank=True, default=dict)),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(verbose_name='sent on')),
                ('expires_at', models.DateTimeField(verbose_name='valid until')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn on')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='accepted on')),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invitations_accepted', to=settings.AUTH_USER_MODEL)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations_sent', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('accepted_by__isnull', True)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False)), _connector='OR'), name='invitation_accepted_by_somebody'), models.CheckConstraint(condition=models.Q(('accepted_at__isnull', True), ('withdrawn_at__isnull', True), _connector='OR'), name='invitation_accepted_or_withdrawn'), models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email')), models.Q(('email', ''), _negated=True)), name='invitation_email_lower_case')],
            },
        ),
    ]
