import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflow.first_migration import FirstMigration


class Migration(FirstMigration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('programmes', '0001_squashed_0003_delegated_roles'),
    ]

    operations = [
        migrations.CreateModel(
            name='CountingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('rule', models.CharField(max_length=2, verbose_name='rule')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('chosen_at', models.DateTimeField(verbose_name='chosen at')),
                ('chosen_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counting_rules', to='programmes.programme')),
            ],
            options={
                'verbose_name': 'counting rule',
                'verbose_name_plural': 'counting rules',
                'ordering': ['chosen_at', 'pk'],
                'get_latest_by': 'chosen_at',
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.CharField(max_length=60, verbose_name='indicator')),
                ('kind', models.CharField(choices=[('achieved', 'Achieved'), ('target', 'Target'), ('headcount', 'Headcount'), ('fact', 'Fact')], max_length=10, verbose_name='kind')),
                ('operator', models.CharField(blank=True, choices=[('=', 'exactly'), ('>', 'more than'), ('>=', 'at least'), ('', 'without a number')], max_length=2, verbose_name='operator')),
                ('value', models.DecimalField(blank=True, decimal_places=3, max_digits=18, null=True, verbose_name='published value')),
                ('unit', models.CharField(max_length=20, verbose_name='unit')),
                ('statement', models.TextField(verbose_name='as published')),
                ('counting_rule', models.TextField(verbose_name='counting rule')),
                ('demo_value', models.DecimalField(decimal_places=3, max_digits=18)),
                ('basis', models.CharField(default='published', max_length=20, verbose_name='basis')),
                ('sort', models.PositiveSmallIntegerField(default=0)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='programmes.programme')),
            ],
            options={
                'verbose_name': 'published figure',
                'verbose_name_plural': 'published figures',
                'ordering': ['sort'],
                'constraints': [models.UniqueConstraint(fields=('programme', 'indicator'), name='reporting_claim_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['achieved', 'target', 'headcount', 'fact'])), name='reporting_claim_kind')],
            },
        ),
        migrations.CreateModel(
            name='NarrativeResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('title_fr', models.CharField(max_length=300)),
                ('title_en', models.CharField(max_length=300)),
                ('title_ar', models.CharField(max_length=300)),
                ('narrative', models.TextField(blank=True, verbose_name='what is reported')),
                ('source', models.CharField(max_length=300, verbose_name='source')),
                ('document_title', models.CharField(blank=True, max_length=300, verbose_name='document')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='narrative_results', to='programmes.programme')),
            ],
            options={
                'verbose_name': 'narrative result',
                'verbose_name_plural': 'narrative results',
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('programme', 'number'), name='reporting_narrative_number')],
            },
        ),
    ]
