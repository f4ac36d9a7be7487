//! The one loop: events in, `update`, effects out, a frame when something changed. It never waits for the
//! database; what it waits for is the next thing to happen.

use super::app::{App, Opening, Surroundings};
use super::key;
use super::keymap::Keymap;
use super::msg::{Effect, Msg};
use super::slot::Ticket;
use super::terminal::Screen;
use super::theme::{Depth, Theme};
use super::update::update;
use super::view::view;
use crate::catalog::Library;
use crate::config::colour::Shade;
use crate::config::{Colour, Settings, keymap, theme};
use crate::engine::Engine;
use crate::engine::stop::{self, StopHandle};
use crate::model::{Fault, Kind, Request};
use crossterm::event::{Event, EventStream, KeyEventKind};
use futures::StreamExt;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;
use tokio::sync::mpsc::{Receiver, Sender, channel};

mod finishing;

/// Messages that may wait; more than any screen causes.
const QUEUE: usize = 1024;
/// The exit code of a panic, as Rust gives it.
const PANICKED: u8 = 101;
/// How often library directories are looked at when some were given on the command line.
const WATCH: Duration = Duration::from_millis(700);

/// What the console begins with.
pub struct Start {
    pub engine: Engine,
    pub settings: Settings,
    pub around: Surroundings,
    pub opening: Opening,
    /// Reads the library anew when a file changed; None where it is not watched.
    pub reload: Option<Reload>,
}

/// Looks at the library directories; a library when something changed since the last look.
pub type Reload = Box<dyn FnMut() -> Option<Arc<Library>> + Send>;

/// Runs the console to its end. Returns the exit code; fails where the terminal cannot be had, a configuration
/// file is wrong, or no first session could be opened.
pub async fn run(start: Start) -> Result<u8, Fault> {
    let theme = theme(&start.settings, start.around.colour)?;
    let names: Vec<&str> = crate::model::action::ACTIONS.iter().map(|spec| spec.name).collect();
    let keymap = Keymap::with(&keymap::load(&start.settings.config_dir, &names)?)?;
    let size = crossterm::terminal::size().map_err(no_terminal)?;
    let mut app = App::new(size, keymap, start.settings.deck.clone(), start.settings.page_rows);
    app.around = start.around;
    app.opening = start.opening;
    let signals = Signals::new().map_err(no_terminal)?;
    let screen = Screen::take().map_err(no_terminal)?;
    let (sender, answers) = channel(QUEUE);
    let outside = Outside {
        engine: start.engine,
        screen,
        sender,
        stops: HashMap::new(),
        operating: BTreeMap::new(),
        library: None,
        broken: Arc::default(),
    };
    if let Some(reload) = start.reload {
        watch(reload, outside.sender.clone());
    }
    let console = Console { events: listen(), app, theme, outside, answers, signals };
    console.run().await
}

fn no_terminal(error: std::io::Error) -> Fault {
    Fault::usage(format!("the console needs a terminal: {error}")).hint("pgdeck show PANE prints a pane without one")
}

fn theme(settings: &Settings, tint: Option<Shade>) -> Result<Theme, Fault> {
    let file = theme::load(&settings.theme, &settings.config_dir)?;
    let depth = match settings.colour {
        Colour::Never => Depth::None,
        Colour::Always => Depth::of(|name| std::env::var(name).ok().filter(|_| name != "NO_COLOR")),
        Colour::Auto => Depth::of(|name| std::env::var(name).ok()),
    };
    let theme = Theme::of(&file, depth);
    Ok(match tint {
        Some(shade) => theme.tinted(shade, depth),
        None => theme,
    })
}

/// Signals that end or suspend the console.
struct Signals {
    terminate: Signal,
    hangup: Signal,
    interrupt: Signal,
    stop: Signal,
    resume: Signal,
}

/// What a signal asks for.
enum Asked {
    /// The line is gone: nothing may be written to the terminal any more.
    HangUp,
    End,
    Suspend,
    Resume,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            stop: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            resume: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }

    async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.hangup.recv() => Asked::HangUp,
            _ = self.terminate.recv() => Asked::End,
            _ = self.interrupt.recv() => Asked::End,
            _ = self.stop.recv() => Asked::Suspend,
            _ = self.resume.recv() => Asked::Resume,
        }
    }
}

struct Console {
    app: App,
    theme: Theme,
    outside: Outside,
    answers: Receiver<Msg>,
    /// What the terminal sends; closed when it is gone.
    events: Receiver<Msg>,
    signals: Signals,
}

/// What came out of waiting.
enum Happened {
    Messages(Vec<Msg>),
    Signal(Asked),
    /// The terminal gives nothing any more.
    TerminalGone,
    /// A request panicked.
    Panic,
}

impl Console {
    async fn run(mut self) -> Result<u8, Fault> {
        let mut effects = self.app.ask_survey();
        let mut dirty = true;
        let code = loop {
            for effect in std::mem::take(&mut effects) {
                if effect == Effect::Quit {
                    return self.end(0).await;
                }
                dirty |= matches!(effect, Effect::Redraw | Effect::Suspend);
                if self.outside.perform(effect).is_err() {
                    return self.end(Kind::Interrupted.exit_code()).await;
                }
            }
            if dirty && self.draw().is_err() {
                break Kind::Interrupted.exit_code();
            }
            match self.happened().await {
                Happened::Messages(messages) => {
                    dirty = !messages.is_empty();
                    for msg in messages {
                        effects.extend(self.take(msg));
                    }
                }
                Happened::Signal(Asked::Suspend) => effects.push(Effect::Suspend),
                Happened::Signal(Asked::Resume) => effects.push(Effect::Redraw),
                Happened::Signal(Asked::End | Asked::HangUp) | Happened::TerminalGone => {
                    break Kind::Interrupted.exit_code();
                }
                Happened::Panic => break PANICKED,
            }
        };
        self.end(code).await
    }

    fn take(&mut self, msg: Msg) -> Vec<Effect> {
        #[cfg(debug_assertions)]
        panic_if_asked(&msg);
        if let Msg::Library(library) = &msg {
            self.outside.library = Some(library.clone());
        }
        if let Msg::Done(ticket, _) = &msg {
            self.outside.stops.remove(ticket);
            self.outside.operating.remove(ticket);
        }
        update(&mut self.app, msg)
    }

    fn draw(&mut self) -> std::io::Result<()> {
        let Self { app, theme, outside, .. } = self;
        outside.screen.draw(|frame| {
            let area = frame.area();
            app.size = (area.width, area.height);
            view(app, theme, frame);
        })
    }

    /// Waits until something happens, and takes everything that has happened by then.
    async fn happened(&mut self) -> Happened {
        let mut messages = Vec::new();
        tokio::select! {
            asked = self.signals.next() => return Happened::Signal(asked),
            event = self.events.recv() => match event {
                Some(msg) => messages.push(msg),
                None => return Happened::TerminalGone,
            },
            answer = self.answers.recv() => messages.extend(answer),
            () = self.outside.broken.notified() => return Happened::Panic,
        }
        while let Ok(msg) = self.events.try_recv() {
            messages.push(msg);
        }
        while let Ok(answer) = self.answers.try_recv() {
            messages.push(answer);
        }
        Happened::Messages(messages)
    }

    /// Gives the terminal back, stops what is read on the server, waits for operations to their end, and ends.
    async fn end(self, code: u8) -> Result<u8, Fault> {
        let Self { app, mut outside, answers, signals, .. } = self;
        outside.screen.leave();
        let engine = outside.engine.clone();
        // The handles of operations live until all is over: dropping one stops what can be stopped.
        let ((), finished) = tokio::join!(engine.close(), finishing::finish(&mut outside, answers, signals));
        if let Some(command) = &app.reopen {
            finishing::say(&format!("with writes allowed, where nothing was changed: {command}"));
        }
        match app.fatal {
            Some(fault) => Err(fault),
            None if code == 0 => Ok(finished),
            None => Ok(code),
        }
    }
}

/// With `PGDECK_PANIC` set, F12 panics: a test sees that the terminal is given back. No release build has this.
#[cfg(debug_assertions)]
fn panic_if_asked(msg: &Msg) {
    if matches!(msg, Msg::Key(key) if key == "f12") && std::env::var_os("PGDECK_PANIC").is_some() {
        panic!("PGDECK_PANIC is set and F12 was pressed");
    }
}

/// Hands on what the terminal sends. A task of its own, because the event stream keeps only the first waker it
/// was polled with, so that it cannot be both waited for and drained from one place.
fn listen() -> Receiver<Msg> {
    let (sender, events) = channel(QUEUE);
    tokio::spawn(async move {
        let mut stream = EventStream::new();
        while let Some(Ok(event)) = stream.next().await {
            if let Some(msg) = message(event)
                && sender.send(msg).await.is_err()
            {
                return;
            }
        }
    });
    events
}

fn message(event: Event) -> Option<Msg> {
    match event {
        Event::Key(event) if event.kind != KeyEventKind::Release => key::name(&event).map(Msg::Key),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => Some(Msg::Resize(width, height)),
        _ => None,
    }
}

/// An operation on its way.
struct Begun {
    name: String,
    can_be_stopped: bool,
}

/// Everything effects act on.
struct Outside {
    engine: Engine,
    screen: Screen,
    sender: Sender<Msg>,
    stops: HashMap<Ticket, StopHandle>,
    /// Operations that were begun and have not ended.
    operating: BTreeMap<Ticket, Begun>,
    /// A library read anew that was not taken yet.
    library: Option<Arc<Library>>,
    /// A request panicked: the terminal was given back and the report printed.
    broken: Arc<Notify>,
}

impl Outside {
    fn perform(&mut self, effect: Effect) -> std::io::Result<()> {
        match effect {
            Effect::Run(ticket, request) => self.start(ticket, *request),
            Effect::Cancel(ticket) => {
                // An operation's handle is kept: it is asked once, and its end is waited for all the same.
                match self.stops.get(&ticket) {
                    Some(handle) if self.operating.contains_key(&ticket) => handle.stop(),
                    _ => drop(self.stops.remove(&ticket)),
                }
            }
            Effect::Later(ticket, delay_ms) => self.later(ticket, delay_ms),
            Effect::Copy(text) => self.screen.copy(&text)?,
            Effect::SetLibrary => {
                if let Some(library) = self.library.take() {
                    self.engine.set_library(library);
                }
            }
            Effect::Redraw => self.screen.forget()?,
            Effect::Suspend => self.suspend()?,
            Effect::Quit => {}
        }
        Ok(())
    }

    fn start(&mut self, ticket: Ticket, request: Request) {
        let (handle, stop) = stop::pair();
        self.stops.insert(ticket, handle);
        if let Request::Perform(plan) = &request {
            let begun = Begun { name: plan.operation.clone(), can_be_stopped: plan.can_be_stopped() };
            self.operating.insert(ticket, begun);
        }
        let (engine, sender, broken) = (self.engine.clone(), self.sender.clone(), self.broken.clone());
        let on_way = sender.clone();
        // A full queue loses a word about progress, never an answer.
        let progress = move |progress| drop(on_way.try_send(Msg::Progress(ticket, progress)));
        let work = tokio::spawn(async move { engine.run(request, stop, &progress).await });
        tokio::spawn(async move {
            match work.await {
                // The loop is gone only when the program ends, and then nobody waits for this.
                Ok(result) => drop(sender.send(Msg::Done(ticket, result)).await),
                Err(_) => broken.notify_one(),
            }
        });
    }

    fn later(&self, ticket: Ticket, delay_ms: u64) {
        let sender = self.sender.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
            let _ = sender.send(Msg::Due(ticket)).await;
        });
    }

    /// Stops this process as the shell expects; goes on where it stood when the shell says so.
    fn suspend(&mut self) -> std::io::Result<()> {
        self.screen.leave();
        // The whole group, so that a shell around this one gives the prompt back too.
        rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?;
        self.screen.enter()
    }
}

fn watch(mut reload: Reload, sender: Sender<Msg>) {
    tokio::spawn(async move {
        let mut due = tokio::time::interval(WATCH);
        due.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            due.tick().await;
            if let Some(library) = reload()
                && sender.send(Msg::Library(library)).await.is_err()
            {
                return;
            }
        }
    });
}
