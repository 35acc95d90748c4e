import applications.vault
import django.db.models.deletion
import django.db.models.expressions
import django_fsm
import uuid
import workflow.states
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('disbursements', '0004_recovery'),
        ('documents', '0001_initial'),
        ('programmes', '0002_questions_and_extensions'),
    ]

    operations = [
        migrations.CreateModel(
            name='CashAdvance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state_since', models.DateTimeField(blank=True, editable=False, null=True)),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='number')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('place', models.CharField(max_length=120, verbose_name='place')),
                ('pays_on', models.DateField(verbose_name='day of payment')),
                ('advanced_minor', models.BigIntegerField(default=0, verbose_name='handed out')),
                ('distributed_minor', models.BigIntegerField(default=0, verbose_name='distributed')),
                ('returned_minor', models.BigIntegerField(default=0, verbose_name='returned')),
                ('opened_at', models.DateTimeField(verbose_name='opened on')),
                ('state', workflow.states.StateField(choices=[('open', 'List open'), ('handed_out', 'Handed to the cashier'), ('in_hand', "In the cashier's hand"), ('counted', 'Counted'), ('cancelled', 'Cancelled')], default='open', editable=False, max_length=30, protected=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cash_advances', to='disbursements.payingaccount')),
                ('cashier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cash_advances', to=settings.AUTH_USER_MODEL, verbose_name='cashier')),
                ('counted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cash_advances', to='programmes.programme')),
            ],
            options={
                'verbose_name': 'cash advance',
                'verbose_name_plural': 'cash advances',
                'ordering': ['-opened_at', '-id'],
                'indexes': [models.Index(fields=['programme', 'state'], name='disbursements_cash_list')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'handed_out', 'in_hand', 'counted', 'cancelled'])), name='disbursements_cash_advance_known_state'), models.CheckConstraint(condition=models.Q(('advanced_minor__gte', 0), ('distributed_minor__gte', 0), ('returned_minor__gte', 0)), name='disbursements_cash_amounts_not_negative'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'counted'), _negated=True), ('advanced_minor', django.db.models.expressions.CombinedExpression(models.F('distributed_minor'), '+', models.F('returned_minor'))), _connector='OR'), name='disbursements_cash_is_distributed_or_returned'), models.CheckConstraint(condition=models.Q(models.Q(('cashier', models.F('handed_by')), _negated=True), models.Q(('cashier', models.F('counted_by')), _negated=True), models.Q(('cashier', models.F('opened_by')), _negated=True), models.Q(('handed_by', models.F('counted_by')), _negated=True), models.Q(('handed_by', models.F('opened_by')), _negated=True), models.Q(('counted_by', models.F('opened_by')), _negated=True)), name='disbursements_cash_four_persons'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'cancelled']), models.Q(('advanced_minor__gt', 0), ('handed_by__isnull', False)), _connector='OR'), name='disbursements_cash_handed_by_somebody')],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name='CashLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vault_key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.PositiveSmallIntegerField()),
                ('net_minor', models.BigIntegerField(verbose_name='amount')),
                ('is_live', models.BooleanField(default=True)),
                ('paid_at', models.DateTimeField(blank=True, null=True, verbose_name='paid on')),
                ('method', models.CharField(blank=True, choices=[('signature', 'Signature'), ('thumbprint', 'Thumbprint, with a witness')], max_length=10, verbose_name='signed by')),
                ('witness', applications.vault.SealedField(blank=True, default='', verbose_name='witness')),
                ('witnessed', models.BooleanField(default=False)),
                ('advance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='disbursements.cashadvance')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cash_lines', to='disbursements.paymentorder')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['advance', 'position'],
                'constraints': [models.UniqueConstraint(fields=('advance', 'position'), name='disbursements_cash_line_place'), models.UniqueConstraint(condition=models.Q(('is_live', True)), fields=('order',), name='disbursements_cash_line_one_live_per_order'), models.CheckConstraint(condition=models.Q(('net_minor__gt', 0)), name='disbursements_cash_line_positive'), models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', True), ('method', ''), ('paid_at__isnull', True)), models.Q(('file__isnull', False), ('paid_at__isnull', False), ('recorded_by__isnull', False), models.Q(('method', ''), _negated=True)), _connector='OR'), name='disbursements_cash_line_signed'), models.CheckConstraint(condition=models.Q(models.Q(('method', 'thumbprint'), _negated=True), ('witnessed', True), _connector='OR'), name='disbursements_cash_line_thumbprint_witnessed')],
            },
        ),
    ]
