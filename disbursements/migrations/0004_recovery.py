import django.db.models.deletion
import django.db.models.expressions
import django_fsm
import workflow.states
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('disbursements', '0003_statements'),
        ('documents', '0001_initial'),
        ('programmes', '0002_questions_and_extensions'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='bankline',
            name='disbursements_bank_line_known_state',
        ),
        migrations.RemoveConstraint(
            model_name='justification',
            name='disbursements_justification_within_paid',
        ),
        migrations.RemoveConstraint(
            model_name='paymentorder',
            name='disbursements_order_gross_is_net_withholding_fee',
        ),
        migrations.RemoveConstraint(
            model_name='paymentorder',
            name='disbursements_order_amounts_not_negative',
        ),
        migrations.AddField(
            model_name='justification',
            name='recovered_minor',
            field=models.BigIntegerField(default=0, verbose_name='recovered'),
        ),
        migrations.AddField(
            model_name='paymentorder',
            name='offset_minor',
            field=models.BigIntegerField(default=0, verbose_name='kept back for what is owed'),
        ),
        migrations.AddField(
            model_name='paymentpolicy',
            name='grace_days',
            field=models.PositiveSmallIntegerField(default=30, verbose_name='days after which overdue receipts are claimed back'),
        ),
        migrations.AddField(
            model_name='paymentpolicy',
            name='recovery_days',
            field=models.PositiveSmallIntegerField(default=30, verbose_name='days to pay money back'),
        ),
        migrations.AddField(
            model_name='tranche',
            name='offset_minor',
            field=models.BigIntegerField(default=0, verbose_name='kept back for what is owed'),
        ),
        migrations.AlterField(
            model_name='bankline',
            name='state',
            field=workflow.states.StateField(choices=[('open', 'To explain'), ('matched', 'Payment found'), ('fee', 'Bank fee'), ('received', 'Money received'), ('set_aside', 'Set aside')], default='open', editable=False, max_length=30, protected=True),
        ),
        migrations.AddConstraint(
            model_name='bankline',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'matched', 'fee', 'received', 'set_aside'])), name='disbursements_bank_line_known_state'),
        ),
        migrations.AddConstraint(
            model_name='justification',
            constraint=models.CheckConstraint(condition=models.Q(('justified_minor__gte', 0), ('receivable_minor__gte', 0), ('recovered_minor__gte', 0), ('paid_minor__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('justified_minor'), '+', models.F('receivable_minor')), '+', models.F('recovered_minor')))), name='disbursements_justification_within_paid'),
        ),
        migrations.AddConstraint(
            model_name='paymentorder',
            constraint=models.CheckConstraint(condition=models.Q(('gross_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('net_minor'), '+', models.F('withholding_minor')), '+', models.F('fee_minor')), '+', models.F('offset_minor')))), name='disbursements_order_gross_is_net_withholding_fee'),
        ),
        migrations.AddConstraint(
            model_name='paymentorder',
            constraint=models.CheckConstraint(condition=models.Q(('fee_minor__gte', 0), ('net_minor__gt', 0), ('offset_minor__gte', 0), ('withholding_minor__gte', 0)), name='disbursements_order_amounts_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='tranche',
            constraint=models.CheckConstraint(condition=models.Q(('offset_minor', 0), models.Q(('amount_minor__gt', models.F('offset_minor')), ('offset_minor__gt', 0)), _connector='OR'), name='disbursements_tranche_offset_leaves_something'),
        ),
        migrations.CreateModel(
            name='Recovery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state_since', models.DateTimeField(blank=True, editable=False, null=True)),
                ('number', models.CharField(max_length=50, unique=True, verbose_name='number')),
                ('cause', models.CharField(choices=[('overdue', 'Receipts did not come in time'), ('refused', 'Receipts were not accepted'), ('terminated', 'The grant was ended early'), ('by_hand', 'Found by a person')], max_length=12, verbose_name='cause')),
                ('reason', models.TextField(blank=True, max_length=4000, verbose_name='reason')),
                ('claimed_minor', models.BigIntegerField(verbose_name='claimed')),
                ('from_justified_minor', models.BigIntegerField(default=0)),
                ('lowered_minor', models.BigIntegerField(default=0, verbose_name='receipts accepted since')),
                ('repaid_minor', models.BigIntegerField(default=0, verbose_name='paid back')),
                ('offset_minor', models.BigIntegerField(default=0, verbose_name='kept back from instalments')),
                ('written_off_minor', models.BigIntegerField(default=0, verbose_name='written off')),
                ('opened_at', models.DateTimeField(verbose_name='opened on')),
                ('told_by', models.CharField(blank=True, choices=[('phone', 'Telephone call'), ('sms', 'SMS'), ('in_person', 'In person'), ('letter', 'Letter'), ('email', 'E-mail')], max_length=10, verbose_name='told by')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='to be paid back by')),
                ('state', workflow.states.StateField(choices=[('opened', 'Opened'), ('notified', 'Beneficiary told'), ('contested', 'Contested'), ('scheduled', 'Repayment agreed'), ('partly_repaid', 'Partly paid back'), ('repaid', 'Paid back'), ('written_off', 'Written off'), ('closed', 'Closed'), ('cancelled', 'Dropped')], default='opened', editable=False, max_length=30, protected=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recoveries', to='disbursements.grant')),
                ('justification', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='recoveries', to='disbursements.justification')),
                ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tranche', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='recoveries', to='disbursements.tranche')),
            ],
            options={
                'verbose_name': 'recovery',
                'verbose_name_plural': 'recoveries',
                'ordering': ['number'],
                'indexes': [models.Index(fields=['state', 'due_on'], name='disbursements_recovery_list')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['opened', 'notified', 'contested', 'scheduled', 'partly_repaid', 'repaid', 'written_off', 'closed', 'cancelled'])), name='disbursements_recovery_known_state'), models.CheckConstraint(condition=models.Q(('claimed_minor__gt', 0), ('from_justified_minor__gte', 0), ('lowered_minor__gte', 0), ('offset_minor__gte', 0), ('repaid_minor__gte', 0), ('written_off_minor__gte', 0)), name='disbursements_recovery_amounts_not_negative'), models.CheckConstraint(condition=models.Q(('claimed_minor__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('lowered_minor'), '+', models.F('repaid_minor')), '+', models.F('offset_minor')), '+', models.F('written_off_minor')))), name='disbursements_recovery_within_the_claim'), models.CheckConstraint(condition=models.Q(('cause__in', ['overdue', 'refused', 'terminated', 'by_hand'])), name='disbursements_recovery_known_cause'), models.CheckConstraint(condition=models.Q(models.Q(('cause', 'by_hand'), _negated=True), models.Q(('opened_by__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='disbursements_recovery_by_hand_with_reason'), models.CheckConstraint(condition=models.Q(('decided_by', models.F('opened_by')), _negated=True), name='disbursements_recovery_decider_did_not_open'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['repaid', 'written_off', 'closed', 'cancelled']), _negated=True), ('claimed_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('lowered_minor'), '+', models.F('repaid_minor')), '+', models.F('offset_minor')), '+', models.F('written_off_minor'))), _connector='OR'), name='disbursements_recovery_ended_when_settled')],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name='WriteOffCeiling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('up_to_minor', models.BigIntegerField(verbose_name='write-off, up to')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='write_off_ceilings', to='programmes.programme')),
            ],
            options={
                'verbose_name': 'write-off ceiling',
                'verbose_name_plural': 'write-off ceilings',
                'ordering': ['currency'],
                'constraints': [models.UniqueConstraint(fields=('programme', 'currency'), name='disbursements_ceiling_once'), models.CheckConstraint(condition=models.Q(('up_to_minor__gt', 0)), name='disbursements_ceiling_above_zero')],
            },
        ),
        migrations.CreateModel(
            name='RecoveryMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('repaid', 'Paid back'), ('offset', 'Kept back from an instalment'), ('written_off', 'Written off')], max_length=12)),
                ('amount_minor', models.BigIntegerField(verbose_name='amount')),
                ('moved_on', models.DateField(verbose_name='on')),
                ('reference', models.CharField(blank=True, max_length=60, verbose_name='number of the receipt')),
                ('receipt_key', models.CharField(blank=True, max_length=100, null=True, unique=True)),
                ('made_at', models.DateTimeField()),
                ('bank_line', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='recovery_move', to='disbursements.bankline')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recovery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='disbursements.recovery')),
                ('tranche', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='kept_back', to='disbursements.tranche')),
            ],
            options={
                'ordering': ['recovery', 'number'],
                'constraints': [models.UniqueConstraint(fields=('recovery', 'number'), name='disbursements_recovery_move_once'), models.UniqueConstraint(fields=('recovery', 'tranche'), name='disbursements_recovery_one_offset_per_tranche'), models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='disbursements_recovery_move_positive'), models.CheckConstraint(condition=models.Q(models.Q(('bank_line__isnull', False), ('kind', 'repaid'), ('receipt_key__isnull', True)), models.Q(('bank_line__isnull', True), ('kind', 'repaid'), ('receipt_key__isnull', False)), models.Q(('bank_line__isnull', True), ('kind', 'offset'), ('tranche__isnull', False)), models.Q(('bank_line__isnull', True), ('kind', 'written_off'), ('tranche__isnull', True)), _connector='OR'), name='disbursements_recovery_move_is_proved')],
            },
        ),
        migrations.CreateModel(
            name='RecoveryPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount')),
                ('recovery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='disbursements.recovery')),
            ],
            options={
                'ordering': ['recovery', 'number'],
                'constraints': [models.UniqueConstraint(fields=('recovery', 'number'), name='disbursements_recovery_part_once'), models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='disbursements_recovery_part_positive')],
            },
        ),
    ]
