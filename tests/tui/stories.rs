//! Users' days, told with keys.
