package org.p2pvpn.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.admin.AdminServer;
import org.p2pvpn.overlay.admin.DaemonLock;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.control.NodeControl;
import org.p2pvpn.overlay.node.NodeConfig;

/**
 * The daemon's life in one thread: lock, node, socket, ready, until told to stop. A signal runs
 * {@link #stop} in the JVM's shutdown thread, which undoes what was done to the host.
 */
final class DaemonRun {
  private static final long POLL_MILLIS = 20;
  private static final Duration INVITE_LIFE = Duration.ofHours(1);

  /** Ours: a start that is interrupted undoes itself in less. */
  private static final long START_SECONDS_MAX = 10;

  private final Cli cli;
  private final NodeOptions options;
  private final NodeConfig config;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final CountDownLatch startEnded = new CountDownLatch(1);
  private volatile NodeRuntime.@Nullable Running node;
  private volatile @Nullable AdminServer server;
  private volatile @Nullable SdNotify notify;

  DaemonRun(Cli cli, NodeOptions options, NodeConfig config) {
    this.cli = cli;
    this.options = options;
    this.config = config;
  }

  int run(boolean offerInvite) throws InterruptedException {
    Console console = cli.console();
    try (DaemonLock _ = DaemonLock.acquire(config.statePath(), config.socketPath());
        SdNotify systemd = SdNotify.of(console.environment())) {
      notify = systemd;
      StagePrinter stages = new StagePrinter(console, options.places().color(console), systemd);
      Thread hook = new Thread(() -> stopBySignal(Thread.currentThread()), "stop");
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        NodeRuntime.Running running = start(stages);
        server = AdminServer.start(config.socketPath(), running.control());
        systemd.watch(running.control());
        boolean up = options.waits() && waitUntilUp(running.control(), stages);
        systemd.ready(up ? "up" : "started; not connected yet");
        if (offerInvite) {
          offerInvite(running.control(), console);
        }
        running.awaitStop();
      } finally {
        startEnded.countDown();
        stop();
        removeHook(hook);
      }
    }
    return Exit.OK;
  }

  private NodeRuntime.Running start(StagePrinter stages) {
    try {
      NodeRuntime.Running running = cli.runtime().start(config, stages);
      node = running;
      return running;
    } finally {
      startEnded.countDown();
    }
  }

  /**
   * False when it was asked to stop meanwhile, or when it runs under systemd and goes on trying.
   *
   * @throws ControlException when a person waits and it does not work; what was done is undone
   */
  private boolean waitUntilUp(NodeControl control, StagePrinter stages)
      throws InterruptedException {
    long deadline = System.nanoTime() + config.connectTimeout().toNanos();
    String state = control.status().state();
    while (isUndecided(state) && System.nanoTime() < deadline && !stopped.get()) {
      Thread.sleep(POLL_MILLIS);
      state = control.status().state();
    }
    if (state.equals("up")) {
      String stop = options.detached() ? "sudo p2pvpn down" : "Ctrl-C, or sudo p2pvpn down";
      stages.stage("up", "stop it: " + stop);
      return true;
    }
    if (state.equals("stopping") || stopped.get()) {
      return false;
    }
    List<String> reasons = control.status().warnings();
    String why = reasons.isEmpty() ? "no peer answered" : String.join("; ", reasons);
    if (cli.console().underSystemd()) {
      stages.waiting(state, why + "; still trying");
      return false;
    }
    throw new ControlException(
        Exit.NOT_CONNECTED,
        "not connected: " + why,
        "p2pvpn doctor, or keep trying: p2pvpn up --no-wait");
  }

  private static boolean isUndecided(String state) {
    return !state.equals("up") && !state.equals("refused") && !state.equals("stopping");
  }

  private static void offerInvite(NodeControl control, Console console) {
    try {
      String invite = control.invite(INVITE_LIFE, false);
      console.err().println("let another machine in, once, within an hour:");
      console.out().println("sudo p2pvpn up '" + invite + "'");
      console.out().flush();
    } catch (ControlException e) {
      // The node works without: a host without an address can still join others.
      console.err().println("no invite: " + e.getMessage());
    }
  }

  private void stopBySignal(Thread shutdown) {
    try {
      // A start in the middle has its own way back; only a finished one can be closed.
      if (!startEnded.await(START_SECONDS_MAX, TimeUnit.SECONDS)) {
        cli.runtime().cleanUp(config, false);
      }
    } catch (InterruptedException _) {
      shutdown.interrupt();
    }
    stop();
  }

  /** Idempotent; the second caller waits for the first. */
  private synchronized void stop() {
    if (!stopped.compareAndSet(false, true)) {
      return;
    }
    SdNotify systemd = notify;
    if (systemd != null) {
      systemd.stopping();
    }
    NodeRuntime.Running running = node;
    if (running != null) {
      running.close();
    }
    AdminServer open = server;
    if (open != null) {
      open.close();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The JVM is going down already: the hook is what called us.
    }
  }
}
