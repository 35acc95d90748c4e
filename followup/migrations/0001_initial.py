import django.core.validators
import django.db.models.deletion
import django_fsm
import uuid
import workflow.states
from django.conf import settings
from django.db import migrations, models

from workflow.first_migration import FirstMigration


class Migration(FirstMigration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('applications', '0001_initial'),
        ('disbursements', '0001_initial'),
        ('documents', '0001_initial'),
        ('programmes', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cohort',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=30, verbose_name='code')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('kind', models.CharField(choices=[('awareness', 'Awareness session'), ('training', 'Training'), ('strengthening', 'Strengthening of a business'), ('coaching', 'Coaching'), ('psychosocial', 'Psychosocial support'), ('capacity', 'Capacity building of an organisation')], max_length=20, verbose_name='kind')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='starts on')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='ends on')),
                ('completion_percent', models.PositiveSmallIntegerField(default=80, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='attendance needed, in percent')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cohorts', to='programmes.programme')),
            ],
            options={
                'verbose_name': 'cohort',
                'verbose_name_plural': 'cohorts',
                'constraints': [models.UniqueConstraint(fields=('programme', 'code'), name='followup_cohort_code'), models.CheckConstraint(condition=models.Q(('completion_percent__gte', 1), ('completion_percent__lte', 100)), name='followup_cohort_percent')],
            },
        ),
        migrations.CreateModel(
            name='Enterprise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('kind', models.CharField(choices=[('individual', 'Individual'), ('group', 'Group'), ('cooperative', 'Cooperative'), ('institution', 'Public service')], max_length=20, verbose_name='kind')),
                ('sector', models.CharField(blank=True, max_length=60, verbose_name='sector')),
                ('registered_on', models.DateField(blank=True, null=True, verbose_name='registered on')),
                ('opened_on', models.DateField(blank=True, null=True, verbose_name='opened on')),
                ('existed_before', models.BooleanField(default=False, verbose_name='existed before the support')),
                ('status', models.CharField(choices=[('not_started', 'Not started'), ('open', 'Open'), ('suspended', 'Suspended'), ('closed', 'Closed'), ('sold', 'Sold'), ('cannot_verify', 'Could not be verified')], default='not_started', max_length=20, verbose_name='status')),
                ('status_on', models.DateField(blank=True, null=True, verbose_name='status seen on')),
                ('anchor_on', models.DateField(blank=True, null=True, verbose_name='visits are counted from')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='enterprise', to='applications.case')),
                ('grant', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enterprise', to='disbursements.grant')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enterprises', to='programmes.programme')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enterprises', to='programmes.site')),
            ],
            options={
                'verbose_name': 'enterprise',
                'verbose_name_plural': 'enterprises',
                'indexes': [models.Index(fields=['programme', 'status'], name='followup_enterprise_status')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['not_started', 'open', 'suspended', 'closed', 'sold', 'cannot_verify'])), name='followup_enterprise_known_status'), models.CheckConstraint(condition=models.Q(('kind__in', ['individual', 'group', 'cooperative', 'institution'])), name='followup_enterprise_known_kind')],
            },
        ),
        migrations.CreateModel(
            name='PersonOutcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('employed', 'Found work'), ('self_employed', 'Self-employed'), ('in_training', 'In training'), ('none', 'Neither'), ('lost', 'Lost from sight')], max_length=20, verbose_name='outcome')),
                ('seen_on', models.DateField(verbose_name='seen on')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='applications.case')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='applications.person')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'outcome of a person',
                'verbose_name_plural': 'outcomes of persons',
            },
        ),
        migrations.CreateModel(
            name='VisitPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('anchor', models.CharField(choices=[('first_payment', 'First payment'), ('hand_over', 'Hand-over of the goods'), ('enrolment', 'Enrolment')], default='first_payment', max_length=20, verbose_name='counted from')),
                ('call', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visit_plans', to='programmes.call')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visit_plans', to='programmes.programme')),
                ('track', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visit_plans', to='programmes.track')),
            ],
            options={
                'verbose_name': 'visit plan',
                'verbose_name_plural': 'visit plans',
                'constraints': [models.UniqueConstraint(condition=models.Q(('track__isnull', True)), fields=('call',), name='followup_plan_per_call'), models.UniqueConstraint(fields=('call', 'track'), name='followup_plan_per_track'), models.UniqueConstraint(condition=models.Q(('call__isnull', True)), fields=('programme',), name='followup_plan_per_programme'), models.CheckConstraint(condition=models.Q(('track__isnull', True), ('call__isnull', False), _connector='OR'), name='followup_plan_track_has_call')],
            },
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state_since', models.DateTimeField(blank=True, editable=False, null=True)),
                ('enrolled_on', models.DateField(verbose_name='enrolled on')),
                ('idea_submitted_on', models.DateField(blank=True, null=True, verbose_name='idea handed in on')),
                ('certificate_on', models.DateField(blank=True, null=True, verbose_name='certificate given on')),
                ('state', workflow.states.StateField(choices=[('enrolled', 'Enrolled'), ('completed', 'Completed'), ('dropped_out', 'Dropped out')], default='enrolled', editable=False, max_length=30, protected=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='applications.case')),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='followup.cohort')),
                ('partnership', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='programmes.partnership')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='applications.person')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='programmes.site')),
            ],
            options={
                'verbose_name': 'enrolment',
                'verbose_name_plural': 'enrolments',
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['enrolled', 'completed', 'dropped_out'])), name='followup_enrolment_known_state'), models.UniqueConstraint(fields=('cohort', 'person'), name='followup_enrolled_once')],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name='CaseloadAssignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('lead', 'Lead coach'), ('backup', 'Backup coach')], default='lead', max_length=10, verbose_name='role')),
                ('valid_from', models.DateField(verbose_name='from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('coach', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='caseload', to=settings.AUTH_USER_MODEL)),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='caseload', to='followup.enterprise')),
            ],
            options={
                'verbose_name': 'caseload',
                'verbose_name_plural': 'caseloads',
                'constraints': [models.UniqueConstraint(condition=models.Q(('role', 'lead'), ('valid_until__isnull', True)), fields=('enterprise',), name='followup_one_lead_coach'), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='followup_caseload_dates')],
            },
        ),
        migrations.CreateModel(
            name='EnterpriseMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(blank=True, max_length=40, verbose_name='role')),
                ('share_percent', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='share')),
                ('joined_on', models.DateField(blank=True, null=True, verbose_name='joined on')),
                ('left_on', models.DateField(blank=True, null=True, verbose_name='left on')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='followup.enterprise')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enterprise_memberships', to='applications.person')),
            ],
            options={
                'verbose_name': 'member of an enterprise',
                'verbose_name_plural': 'members of enterprises',
                'constraints': [models.UniqueConstraint(condition=models.Q(('left_on__isnull', True)), fields=('enterprise', 'person'), name='followup_member_once'), models.CheckConstraint(condition=models.Q(('left_on__isnull', True), ('joined_on__isnull', True), ('left_on__gte', models.F('joined_on')), _connector='OR'), name='followup_member_left_after_joining')],
            },
        ),
        migrations.CreateModel(
            name='SupportSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state_since', models.DateTimeField(blank=True, editable=False, null=True)),
                ('purpose', models.CharField(choices=[('awareness', 'Awareness session'), ('training', 'Training'), ('strengthening', 'Strengthening of a business'), ('coaching', 'Coaching'), ('psychosocial', 'Psychosocial support'), ('capacity', 'Capacity building of an organisation')], max_length=20, verbose_name='kind')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('held_on', models.DateField(verbose_name='date')),
                ('hours', models.PositiveSmallIntegerField(default=3, verbose_name='hours')),
                ('state', workflow.states.StateField(choices=[('planned', 'Planned'), ('held', 'Took place'), ('closed', 'Closed'), ('cancelled', 'Cancelled')], default='planned', editable=False, max_length=30, protected=True)),
                ('cohort', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='followup.cohort')),
                ('leader', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='support_sessions', to='programmes.programme')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='support_sessions', to='programmes.site')),
            ],
            options={
                'verbose_name': 'support session',
                'verbose_name_plural': 'support sessions',
                'indexes': [models.Index(fields=['programme', 'held_on'], name='followup_session_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'held', 'closed', 'cancelled'])), name='followup_supportsession_known_state'), models.CheckConstraint(condition=models.Q(('purpose__in', ['awareness', 'training', 'strengthening', 'coaching', 'psychosocial', 'capacity'])), name='followup_session_kind')],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name='VisitPlanRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=10, verbose_name='code')),
                ('offset_months', models.PositiveSmallIntegerField(default=0, verbose_name='months after')),
                ('offset_days', models.PositiveSmallIntegerField(default=0, verbose_name='days after')),
                ('window_days', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MinValueValidator(1)], verbose_name='days allowed')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='purpose')),
                ('before_payment', models.BooleanField(default=False, verbose_name='baseline, made before the first payment')),
                ('gates_tranche', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='releases instalment number')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='followup.visitplan')),
            ],
            options={
                'verbose_name': 'planned visit',
                'verbose_name_plural': 'planned visits',
                'ordering': ['offset_months', 'offset_days'],
                'constraints': [models.UniqueConstraint(fields=('plan', 'code'), name='followup_plan_row_code'), models.CheckConstraint(condition=models.Q(('window_days__gte', 1)), name='followup_plan_row_window')],
            },
        ),
        migrations.CreateModel(
            name='SessionAttendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('present', models.BooleanField(blank=True, null=True, verbose_name='present')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance', to='applications.person')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendance', to='followup.supportsession')),
            ],
            options={
                'verbose_name': 'attendance',
                'verbose_name_plural': 'attendance',
                'constraints': [models.UniqueConstraint(fields=('session', 'person'), name='followup_attends_once')],
            },
        ),
        migrations.CreateModel(
            name='OrganisationAttendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='strengthened_in', to='programmes.organisation')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='organisations', to='followup.supportsession')),
            ],
            options={
                'verbose_name': 'organisation at a session',
                'verbose_name_plural': 'organisations at sessions',
                'constraints': [models.UniqueConstraint(fields=('session', 'organisation'), name='followup_organisation_attends_once')],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('state_since', models.DateTimeField(blank=True, editable=False, null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=10, verbose_name='visit')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('window_days', models.PositiveSmallIntegerField(default=14, verbose_name='days allowed')),
                ('planned_for', models.DateField(blank=True, null=True, verbose_name='agreed for')),
                ('contact', models.CharField(blank=True, max_length=200, verbose_name='agreed with')),
                ('performed_at', models.DateTimeField(blank=True, null=True, verbose_name='performed at')),
                ('form_version', models.PositiveSmallIntegerField(default=1)),
                ('answers', models.JSONField(blank=True, default=dict)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('times_rescheduled', models.PositiveSmallIntegerField(default=0)),
                ('media_waiver', models.CharField(blank=True, max_length=300, verbose_name='why a file may be missing')),
                ('state', workflow.states.StateField(choices=[('planned', 'Planned'), ('confirmed', 'Confirmed'), ('in_progress', 'In progress'), ('submitted', 'Submitted'), ('returned', 'Returned'), ('validated', 'Validated'), ('missed', 'Missed'), ('rescheduled', 'Rescheduled'), ('cancelled', 'Cancelled')], default='planned', editable=False, max_length=30, protected=True)),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='applications.case')),
                ('coach', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to=settings.AUTH_USER_MODEL)),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='followup.enterprise')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='programmes.programme')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='followup.visit')),
                ('validator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan_row', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='followup.visitplanrow')),
            ],
            options={
                'verbose_name': 'visit',
                'verbose_name_plural': 'visits',
                'indexes': [models.Index(fields=['programme', 'state', 'due_on'], name='followup_visit_due'), models.Index(fields=['coach', 'state', 'due_on'], name='followup_visit_coach')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'confirmed', 'in_progress', 'submitted', 'returned', 'validated', 'missed', 'rescheduled', 'cancelled'])), name='followup_visit_known_state'), models.UniqueConstraint(condition=models.Q(models.Q(('state__in', ['rescheduled', 'cancelled']), _negated=True), ('plan_row__isnull', False)), fields=('enterprise', 'code'), name='followup_one_live_planned_visit'), models.CheckConstraint(condition=models.Q(('validator__isnull', True), models.Q(('validator', models.F('author')), _negated=True), _connector='OR'), name='followup_visit_validator_is_not_author'), models.CheckConstraint(condition=models.Q(('times_rescheduled__lte', 3)), name='followup_visit_rescheduled_at_most'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['submitted', 'validated']), _negated=True), ('performed_at__isnull', False), _connector='OR'), name='followup_visit_performed')],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name='RiskRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rated_at', models.DateTimeField(verbose_name='rated at')),
                ('points', models.PositiveSmallIntegerField(verbose_name='points')),
                ('level', models.CharField(choices=[('green', 'Low risk'), ('orange', 'Watch'), ('red', 'High risk')], max_length=6, verbose_name='level')),
                ('parts', models.JSONField(default=list)),
                ('override_reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='followup.enterprise')),
                ('overridden_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('visit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='followup.visit')),
            ],
            options={
                'verbose_name': 'risk rating',
                'verbose_name_plural': 'risk ratings',
                'ordering': ['-rated_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('points__lte', 100)), name='followup_risk_points'), models.CheckConstraint(condition=models.Q(('overridden_by__isnull', True), models.Q(models.Q(('override_reason', ''), _negated=True), ('expires_on__isnull', False)), _connector='OR'), name='followup_risk_override_explained')],
            },
        ),
        migrations.CreateModel(
            name='VisitAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('result', models.CharField(choices=[('found', 'Found'), ('absent', 'Absent'), ('moved', 'Moved away'), ('refused', 'Refused'), ('unsafe', 'Place not safe'), ('unreachable', 'Could not be reached')], max_length=12, verbose_name='result')),
                ('comment', models.CharField(blank=True, max_length=300, verbose_name='comment')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='followup.visit')),
            ],
            options={
                'verbose_name': 'attempt',
                'verbose_name_plural': 'attempts',
                'ordering': ['at'],
            },
        ),
        migrations.CreateModel(
            name='VisitMedia',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('photo', 'Photo'), ('signature', 'Signature'), ('document', 'Document')], max_length=20, verbose_name='kind')),
                ('consent', models.BooleanField(default=False, verbose_name='the person agreed to the photo')),
                ('caption', models.CharField(blank=True, max_length=200, verbose_name='caption')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='media', to='followup.visit')),
            ],
            options={
                'verbose_name': 'file of a visit',
                'verbose_name_plural': 'files of visits',
            },
        ),
    ]
