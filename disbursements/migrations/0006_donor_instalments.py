import django.db.models.deletion
import django_fsm
import workflow.states
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('disbursements', '0005_cash_in_hand'),
        ('documents', '0001_initial'),
        ('programmes', '0002_questions_and_extensions'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='account',
            name='disbursements_account_known_kind',
        ),
        migrations.AlterField(
            model_name='account',
            name='kind',
            field=models.CharField(choices=[('funding', 'Contribution of a donor'), ('funding_pool', 'Contributions, split not known'), ('donor_paid_in', 'Paid in by a donor'), ('call_available', 'Envelope of the call, available'), ('grant_committed', 'Grant, committed'), ('grant_in_flight', 'Grant, order in flight'), ('grant_disbursed', 'Grant, disbursed'), ('grant_advance', 'Grant, paid and not yet justified'), ('grant_justified', 'Grant, justified'), ('grant_receivable', 'Grant, to be recovered'), ('supplier_payable', 'Owed to a supplier'), ('bank', 'Bank'), ('cash_box', 'Cash box'), ('wallet', 'Mobile money wallet'), ('withholding', 'Tax withheld'), ('fees', 'Fees'), ('exchange_difference', 'Exchange difference'), ('write_off', 'Written off')], max_length=24),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['funding', 'funding_pool', 'donor_paid_in', 'call_available', 'grant_committed', 'grant_in_flight', 'grant_disbursed', 'grant_advance', 'grant_justified', 'grant_receivable', 'supplier_payable', 'bank', 'cash_box', 'wallet', 'withholding', 'fees', 'exchange_difference', 'write_off'])), name='disbursements_account_known_kind'),
        ),
        migrations.CreateModel(
            name='DonorInstalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state_since', models.DateTimeField(blank=True, editable=False, null=True)),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('due_on', models.DateField(verbose_name='expected on')),
                ('requested_on', models.DateField(blank=True, null=True, verbose_name='asked for on')),
                ('request_reference', models.CharField(blank=True, max_length=80, verbose_name='reference of the request')),
                ('received_on', models.DateField(blank=True, null=True, verbose_name='received on')),
                ('planned_at', models.DateTimeField()),
                ('state', workflow.states.StateField(choices=[('planned', 'Planned'), ('requested', 'Asked of the donor'), ('received', 'Money received'), ('cancelled', 'Cancelled')], default='planned', editable=False, max_length=30, protected=True)),
                ('bank_line', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='donor_instalment', to='disbursements.bankline')),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instalments', to='programmes.contribution')),
                ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='donor_instalments', to='programmes.programme')),
                ('request_file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
            ],
            options={
                'verbose_name': 'instalment of a donor',
                'verbose_name_plural': 'instalments of donors',
                'ordering': ['contribution', 'number'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'requested', 'received', 'cancelled'])), name='disbursements_donor_instalment_known_state'), models.UniqueConstraint(fields=('contribution', 'number'), name='disbursements_donor_instalment_number'), models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='disbursements_donor_instalment_positive'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['requested', 'received']), _negated=True), models.Q(('request_file__isnull', False), ('requested_on__isnull', False)), _connector='OR'), name='disbursements_donor_instalment_asked_with_a_document'), models.CheckConstraint(condition=models.Q(models.Q(('bank_line__isnull', False), ('received_on__isnull', False), ('state', 'received')), models.Q(models.Q(('state', 'received'), _negated=True), ('bank_line__isnull', True)), _connector='OR'), name='disbursements_donor_instalment_received_by_a_movement')],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
    ]
