//! What poolers do to connections in front of a real server: refuse the startup `options`, drop them, or lose a cancel
//! request whose sender does not wait.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone, Copy)]
pub enum Manner {
    Refuses,
    Drops,
    LosesHastyCancels,
}

/// The code in place of a protocol version that makes a startup a cancel request.
const CANCEL: u32 = 80_877_102;

/// Listens and forwards to the server's port; returns its own port.
pub async fn start(server: u16, manner: Manner) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(serve(client, server, manner));
        }
    });
    port
}

async fn serve(mut client: TcpStream, server: u16, manner: Manner) -> io::Result<()> {
    let length = client.read_u32().await?;
    let mut body = vec![0; length as usize - 4];
    client.read_exact(&mut body).await?;
    if body.starts_with(&CANCEL.to_be_bytes()) && hung_up(&mut client).await {
        return Ok(());
    }
    let mut server = TcpStream::connect(("localhost", server)).await?;
    let at = body.windows(9).position(|window| window == b"\0options\0");
    match (at, manner) {
        (Some(_), Manner::Refuses) => return refuse(&mut client).await,
        (Some(at), Manner::Drops) => {
            let value = at + 9;
            let end = value + body[value..].iter().position(|byte| *byte == 0).unwrap_or(0);
            body.drain(at + 1..=end);
        }
        _ => {}
    }
    server.write_u32(body.len() as u32 + 4).await?;
    server.write_all(&body).await?;
    copy_bidirectional(&mut client, &mut server).await.map(|_| ())
}

async fn refuse(client: &mut TcpStream) -> io::Result<()> {
    let fields = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0";
    client.write_u8(b'E').await?;
    client.write_u32(fields.len() as u32 + 4).await?;
    client.write_all(fields).await
}

/// True when the other side closes before anybody answered it.
async fn hung_up(client: &mut TcpStream) -> bool {
    tokio::time::timeout(Duration::from_millis(300), client.read_u8()).await.is_ok()
}
