"""A backup class as Azure's policy for virtual machines: of version 2, which alone copies more than once a day."""

from __future__ import annotations

from datetime import date

from pulumi_azure_native import recoveryservices as rsv

from model.types.landing_zone import BackupClass

TIME_ZONE = "Romance Standard Time"


def policy_of(class_: BackupClass, begins: date) -> rsv.AzureIaaSVMProtectionPolicyArgs:
    """The policy. Azure reads the time of day alone from a time, and asks for the same one everywhere."""
    time = f"{begins.isoformat()}T{class_.time}:00Z"
    if class_.every_hours < 24:
        schedule = rsv.SimpleSchedulePolicyV2Args(
            schedule_policy_type="SimpleSchedulePolicyV2",
            schedule_run_frequency="Hourly",
            hourly_schedule=rsv.HourlyScheduleArgs(
                interval=class_.every_hours, schedule_window_start_time=time, schedule_window_duration=24
            ),
        )
    else:
        schedule = rsv.SimpleSchedulePolicyV2Args(
            schedule_policy_type="SimpleSchedulePolicyV2",
            schedule_run_frequency="Daily",
            daily_schedule=rsv.DailyScheduleArgs(schedule_run_times=[time]),
        )
    return rsv.AzureIaaSVMProtectionPolicyArgs(
        backup_management_type="AzureIaasVM",
        policy_type="V2",
        time_zone=TIME_ZONE,
        instant_rp_retention_range_in_days=class_.instant_days,
        schedule_policy=schedule,
        retention_policy=_retention(class_, time),
    )


def _retention(class_: BackupClass, time: str) -> rsv.LongTermRetentionPolicyArgs:
    sunday = rsv.WeeklyRetentionFormatArgs(
        days_of_the_week=[rsv.DayOfWeek.SUNDAY], weeks_of_the_month=[rsv.WeekOfMonth.FIRST]
    )
    return rsv.LongTermRetentionPolicyArgs(
        retention_policy_type="LongTermRetentionPolicy",
        daily_schedule=rsv.DailyRetentionScheduleArgs(
            retention_times=[time], retention_duration=_lasting(class_.daily, rsv.RetentionDurationType.DAYS)
        ),
        weekly_schedule=rsv.WeeklyRetentionScheduleArgs(
            days_of_the_week=[rsv.DayOfWeek.SUNDAY],
            retention_times=[time],
            retention_duration=_lasting(class_.weekly, rsv.RetentionDurationType.WEEKS),
        )
        if class_.weekly
        else None,
        monthly_schedule=rsv.MonthlyRetentionScheduleArgs(
            retention_schedule_format_type="Weekly",
            retention_schedule_weekly=sunday,
            retention_times=[time],
            retention_duration=_lasting(class_.monthly, rsv.RetentionDurationType.MONTHS),
        )
        if class_.monthly
        else None,
        yearly_schedule=rsv.YearlyRetentionScheduleArgs(
            retention_schedule_format_type="Weekly",
            months_of_year=[rsv.MonthOfYear.JANUARY],
            retention_schedule_weekly=sunday,
            retention_times=[time],
            retention_duration=_lasting(class_.yearly, rsv.RetentionDurationType.YEARS),
        )
        if class_.yearly
        else None,
    )


def _lasting(count: int, kind: rsv.RetentionDurationType) -> rsv.RetentionDurationArgs:
    return rsv.RetentionDurationArgs(count=count, duration_type=kind)
