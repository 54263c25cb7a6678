package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.HandshakeWire;
import org.p2pvpn.overlay.dataplane.DataPlaneEvents;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.wire.MessageType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control thread: two bounded queues, a tick, and one owner for all control state. Events go
 * before handshake datagrams, so that a flood of initiations costs neither a lease nor a timer.
 */
final class ControlLoop implements DataPlaneEvents, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);

  /** Full only when peers send control messages faster than we read; then they repeat them. */
  private static final int EVENTS_MAX = 4096;

  /** The control thread answers in microseconds; a wait this long means that it is stuck. */
  private static final long ANSWER_SECONDS_MAX = 5;

  /** 1.5 MB of initiations; more are dropped before they are copied. */
  private static final int DATAGRAMS_MAX = 1024;

  /** Between two looks at the events. */
  private static final int DATAGRAMS_A_ROUND = 16;

  /** The shortest time between two ordinary ticks: so soon after an event comes the next one. */
  static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Ours: while an answer is awaited. */
  static final long AWAITING_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** Ours: while nothing happens that cannot wait. The timers are of seconds. */
  static final long QUIET_TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Ours: while nothing happens at all, which is most of a node's life. */
  static final long IDLE_TICK_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ArrayBlockingQueue<ControlEvent> events = new ArrayBlockingQueue<>(EVENTS_MAX);
  private final ArrayBlockingQueue<Datagram> datagrams = new ArrayBlockingQueue<>(DATAGRAMS_MAX);
  private final InitiationSieve sieve;
  private final MistakeLog mistakes = new MistakeLog();
  private volatile boolean stopping;

  /** Parked or running once {@link #start} was called. */
  private volatile @Nullable Thread thread;

  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  private record Datagram(byte[] bytes, InetSocketAddress from) {}

  ControlLoop(InitiationSieve sieve) {
    this.sieve = sieve;
  }

  /** What is done on this thread. */
  interface Duties {
    void onEvent(ControlEvent event, long nowNanos);

    /** How long after a tick the next one may come, for all that is awaited. */
    long patienceNanos();

    void onDatagram(byte[] datagram, InetSocketAddress from, long nowNanos);

    /** Returns when the next tick is wanted, in nanoseconds from now. */
    long onTick(long nowNanos);
  }

  /** What came in before waits in the queues. */
  void start(Duties duties) {
    Thread started = new Thread(() -> run(duties), "control");
    started.setDaemon(true);
    thread = started;
    started.start();
  }

  /** Runs {@code action} on the control thread soon; false when the queue is full. */
  boolean call(Runnable action) {
    return offer(new ControlEvent.Call(action)) == Verdict.PASSED;
  }

  /**
   * Has a question answered on the control thread, and waits for it.
   *
   * @throws ControlException as the question throws it, or when there is no answer
   */
  <T> T ask(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    boolean taken =
        call(
            () -> {
              try {
                answer.complete(question.get());
              } catch (RuntimeException e) {
                answer.completeExceptionally(e);
              }
            });
    try {
      if (taken) {
        return answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ControlException mistake) {
        throw mistake;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException _) {
      // Told below.
    }
    throw new ControlException(1, "the control thread does not answer", "p2pvpn status");
  }

  @Override
  public Verdict onHandshake(byte[] datagram, InetSocketAddress from) {
    boolean taken = datagrams.offer(new Datagram(datagram, from));
    wake();
    return taken ? Verdict.PASSED : Verdict.HANDSHAKE_QUEUE_FULL;
  }

  @Override
  public Verdict admits(byte[] bytes, int at, int length, InetSocketAddress from) {
    if (datagrams.remainingCapacity() == 0) {
      return Verdict.HANDSHAKE_QUEUE_FULL;
    }
    boolean passes =
        bytes[at] != MessageType.INITIATION
            || sieve.passes(
                HandshakeWire.hasMac2(bytes, at, length), from.getAddress(), System.nanoTime());
    return passes ? Verdict.PASSED : Verdict.INITIATION_WITHHELD;
  }

  @Override
  public Verdict onControl(Session session, byte[] message) {
    return offer(new ControlEvent.Message(session, message));
  }

  @Override
  public Verdict onEcho(Session session, byte[] echo) {
    return offer(new ControlEvent.Echoed(session, echo));
  }

  @Override
  public void onConfirmed(Epoch epoch) {
    offer(new ControlEvent.Confirmed(epoch));
  }

  @Override
  public void onRefused(Runnable told) {
    call(told);
  }

  @Override
  public void onWaiting(Session session) {
    offer(new ControlEvent.Waiting(session));
  }

  private Verdict offer(ControlEvent event) {
    boolean taken = events.offer(event);
    wake();
    return taken ? Verdict.PASSED : Verdict.CONTROL_QUEUE_FULL;
  }

  private void wake() {
    LockSupport.unpark(thread);
  }

  private void run(Duties duties) {
    long nextTick = System.nanoTime();
    long lastTick = nextTick;
    while (!stopping) {
      long now = System.nanoTime();
      try {
        long patience = IDLE_TICK_NANOS;
        boolean talked = false;
        for (ControlEvent event = events.poll(); event != null; event = events.poll()) {
          // Its own time: a pong may come in the round in which its ping went out.
          duties.onEvent(event, System.nanoTime());
          talked |= isTalk(event);
          patience = isTalk(event) ? patience : TICK_NANOS;
        }
        for (int i = 0; i < DATAGRAMS_A_ROUND; i++) {
          Datagram datagram = datagrams.poll();
          if (datagram == null) {
            break;
          }
          duties.onDatagram(datagram.bytes(), datagram.from(), System.nanoTime());
          patience = TICK_NANOS;
        }
        if (talked) {
          patience = Math.min(patience, duties.patienceNanos());
        }
        nextTick = Math.min(nextTick - lastTick, patience) + lastTick;
        if (now - nextTick >= 0) {
          lastTick = now;
          nextTick = now + TICK_NANOS;
          nextTick = now + Math.min(IDLE_TICK_NANOS, duties.onTick(now));
        }
      } catch (RuntimeException e) {
        // Our own mistake. One event is lost; the node goes on and the log says where to look.
        String told = mistakes.onMistake(now);
        if (told != null) {
          LOG.error(told, e);
        }
      }
      if (events.isEmpty() && datagrams.isEmpty()) {
        LockSupport.parkNanos(Math.max(1, nextTick - System.nanoTime()));
      }
    }
  }

  /**
   * What peers say all the time. An idle node of a large network hears several a second, and a tick
   * after each of them would be most of what it does.
   */
  private static boolean isTalk(ControlEvent event) {
    return event instanceof ControlEvent.Message || event instanceof ControlEvent.Echoed;
  }

  @Override
  public void close() {
    stopping = true;
    wake();
    Thread running = thread;
    try {
      if (running != null) {
        running.join(TimeUnit.SECONDS.toMillis(2));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
