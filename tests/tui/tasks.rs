//! The schedule, reminders, recurrence.
