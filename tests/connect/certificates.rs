//! Throw-away certificates, made with the openssl command.

use std::fs;
use std::path::Path;
use std::process::Command;

const AUTHORITY: &str = "[req]\ndistinguished_name=dn\nx509_extensions=ca\nprompt=no\n[dn]\nCN=x\n[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign\n";

/// Writes into the directory: `ca.crt` and `wrong.crt` (authorities), `server.{crt,key}` for localhost, `client.{crt,key}` for the
/// role `certified`, and `old.crt`, the same client's as an X.509 version 1 certificate.
pub fn make(directory: &Path) {
    fs::write(directory.join("authority.cnf"), AUTHORITY).expect("written");
    fs::write(directory.join("server.ext"), "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost\n")
        .expect("written");
    fs::write(directory.join("client.ext"), "basicConstraints=CA:FALSE\n").expect("written");
    for name in ["ca", "wrong"] {
        openssl(
            directory,
            &format!(
                "req -x509 {NEW_KEY} -days 2 -config authority.cnf -subj /CN={name} -keyout {name}.key -out {name}.crt"
            ),
        );
    }
    for (name, subject) in [("server", "localhost"), ("client", "certified")] {
        openssl(
            directory,
            &format!("req {NEW_KEY} -config authority.cnf -subj /CN={subject} -keyout {name}.key -out {name}.csr"),
        );
        openssl(directory, &format!("x509 -req -in {name}.csr {SIGN} -extfile {name}.ext -out {name}.crt"));
    }
    openssl(directory, &format!("x509 -req -in client.csr {SIGN} -out old.crt"));
}

const NEW_KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
const SIGN: &str = "-CA ca.crt -CAkey ca.key -CAcreateserial -days 2";

fn openssl(directory: &Path, arguments: &str) {
    let output = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(directory)
        .output()
        .expect("the openssl command is needed");
    assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
}
