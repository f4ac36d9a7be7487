//! The time zone of the person, under the name a server knows.

use super::Lookup;

/// `TZ`, else the system's zone, else UTC.
pub fn of_user(environment: Lookup<'_>) -> String {
    let of_variable = environment("TZ").and_then(|zone| named(&zone));
    let of_system = || iana_time_zone::get_timezone().ok();
    of_variable.or_else(of_system).unwrap_or_else(|| "UTC".into())
}

/// `:Europe/Berlin` and `/usr/share/zoneinfo/Europe/Berlin` as `Europe/Berlin`; other paths name no zone.
fn named(zone: &str) -> Option<String> {
    let zone = zone.strip_prefix(':').unwrap_or(zone);
    let zone = zone.split_once("/zoneinfo/").map_or(zone, |(_, name)| name);
    (!zone.is_empty() && !zone.starts_with('/')).then(|| zone.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_tz() {
        for form in ["Europe/Berlin", ":Europe/Berlin", "/usr/share/zoneinfo/Europe/Berlin"] {
            assert_eq!(named(form).as_deref(), Some("Europe/Berlin"));
        }
        assert_eq!(named(":/etc/localtime"), None);
        assert_eq!(named(""), None);
    }
}
