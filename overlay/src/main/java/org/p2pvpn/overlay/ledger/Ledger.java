package org.p2pvpn.overlay.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down observations, when it can. Appending never waits and never fails: an observation that
 * finds the queue full, the disk full, read-only or damaged, or another process at work is counted
 * as lost, and later ones are tried again after a while.
 *
 * <p>One thread of its own does the work and is the only one that touches the disk; it starts late,
 * since the library it uses costs as much as the rest of a start. Any thread may call every method.
 */
public final class Ledger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  /** Ours: seconds of a busy node's observations, under 1 MB. More are lost, and counted. */
  static final int WAITING_MAX = 4096;

  private static final long TIDY_MILLIS = TimeUnit.HOURS.toMillis(1);
  private static final long CLOSE_MILLIS_MAX = 2000;

  private final Journal journal;
  private final Timing timing;
  private final LongSupplier wallMillis;
  private final ArrayBlockingQueue<Work> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final CountDownLatch wanted = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicLong appended = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong replayed = new AtomicLong();
  private volatile String trouble = "";
  private @Nullable Thread thread;

  /** The thread's own. */
  private boolean open;

  private long retryNanos = System.nanoTime();

  /**
   * When it does what.
   *
   * @param openAfter from {@link #start} to the first touch of the disk, unless a replay asks
   * @param gather how long the first observation waits for company, so that a quiet node's thread
   *     wakes once for many
   * @param retryAfter from a failure to the next try
   */
  record Timing(Duration openAfter, Duration gather, Duration retryAfter) {
    /** Ours: by the first a start is over; by the last a disk may have room again. */
    static final Timing DEFAULT =
        new Timing(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(30));
  }

  private sealed interface Work {
    record Append(Entry entry) implements Work {}

    record Replay(Consumer<Entry> consumer, CompletableFuture<Replayed> done) implements Work {}

    record Wake() implements Work {}
  }

  /**
   * How it goes.
   *
   * @param appended observations written since the start
   * @param lost observations not written since the start
   * @param replayed entries that the last replay read
   * @param trouble why the last one was lost, or empty while all is well
   */
  public record Report(long appended, long lost, long replayed, String trouble) {}

  /** A ledger in this folder, which is made when it is missing. Nothing is touched yet. */
  public static Ledger in(Path folder) {
    return new Ledger(
        new ChronicleJournal(folder, Limits.DEFAULT), Timing.DEFAULT, System::currentTimeMillis);
  }

  Ledger(Journal journal, Timing timing, LongSupplier wallMillis) {
    this.journal = journal;
    this.timing = timing;
    this.wallMillis = wallMillis;
  }

  /** Starts the thread. What was appended before has waited. */
  public synchronized void start() {
    if (thread == null && closing.getCount() > 0) {
      thread = Thread.ofPlatform().name("ledger").daemon().start(this::run);
    }
  }

  /** Takes note of an observation, now. */
  public void append(Observation what) {
    if (closing.getCount() == 0
        || !waiting.offer(new Work.Append(new Entry(wallMillis.getAsLong(), what)))) {
      lost.incrementAndGet();
    }
  }

  /**
   * Gives everything that is kept to the consumer, oldest first, on the ledger's thread. What was
   * appended before this call is among it, what comes later is not. The answer is never
   * exceptional.
   *
   * @param consumer does not throw
   */
  public CompletableFuture<Replayed> replay(Consumer<Entry> consumer) {
    CompletableFuture<Replayed> done = replayInTime(consumer);
    wanted.countDown();
    return done;
  }

  /** As {@link #replay}, but not before the ledger opens anyway: for whoever has time. */
  public CompletableFuture<Replayed> replayInTime(Consumer<Entry> consumer) {
    CompletableFuture<Replayed> done = new CompletableFuture<>();
    if (closing.getCount() == 0 || !waiting.offer(new Work.Replay(consumer, done))) {
      done.complete(new Replayed(0, 0, "the ledger is closed or its queue full"));
    }
    return done;
  }

  public Report report() {
    return new Report(appended.get(), lost.get(), replayed.get(), trouble);
  }

  private void run() {
    try {
      wanted.await(timing.openAfter().toMillis(), TimeUnit.MILLISECONDS);
      List<Work> batch = new ArrayList<>();
      while (closing.getCount() > 0) {
        Work first = waiting.poll(TIDY_MILLIS, TimeUnit.MILLISECONDS);
        if (first == null) {
          tidy();
          continue;
        }
        if (first instanceof Work.Append) {
          closing.await(timing.gather().toMillis(), TimeUnit.MILLISECONDS);
        }
        batch.add(first);
        waiting.drainTo(batch);
        batch.forEach(this::perform);
        batch.clear();
      }
      waiting.drainTo(batch);
      // A node that lives for a second does not pay for the opening.
      batch.forEach(open ? this::perform : this::lose);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      journal.close();
    }
  }

  private void perform(Work work) {
    switch (work) {
      case Work.Append(Entry entry) -> {
        boolean kept = attempt(() -> journal.append(entry), false);
        (kept ? appended : lost).incrementAndGet();
      }
      case Work.Replay(Consumer<Entry> consumer, CompletableFuture<Replayed> done) -> {
        retryNanos = System.nanoTime();
        Optional<Replayed> read =
            attempt(() -> Optional.of(journal.replay(consumer)), Optional.empty());
        read.ifPresent(it -> replayed.set(it.entries()));
        done.complete(read.orElseGet(() -> new Replayed(0, 0, trouble)));
      }
      case Work.Wake() -> {}
    }
  }

  private void lose(Work work) {
    switch (work) {
      case Work.Append _ -> lost.incrementAndGet();
      case Work.Replay replay -> replay.done().complete(new Replayed(0, 0, "the ledger is closed"));
      case Work.Wake() -> {}
    }
  }

  private void tidy() {
    attempt(
        () -> {
          journal.tidy(wallMillis.getAsLong());
          return true;
        },
        false);
  }

  private interface Task<T> {
    T run() throws IOException;
  }

  /** Opens the journal if need be and does the task; a failure closes it until the next try. */
  private <T> T attempt(Task<T> task, T otherwise) {
    if (!open && System.nanoTime() - retryNanos < 0) {
      return otherwise;
    }
    try {
      if (!open) {
        journal.open(wallMillis.getAsLong());
        open = true;
      }
      T result = task.run();
      if (!trouble.isEmpty()) {
        trouble = "";
        LOG.info("ledger: observations are written again");
      }
      return result;
    } catch (Exception | InternalError | LinkageError | AssertionError e) {
      // InternalError is what HotSpot makes of a page that the disk could not give; the assertions
      // and links are the library's.
      giveUp(e);
      return otherwise;
    }
  }

  private void giveUp(Throwable e) {
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    if (trouble.isEmpty()) {
      LOG.warn("ledger: observations are lost for now: {}", why);
    }
    LOG.debug("ledger", e);
    trouble = why;
    open = false;
    retryNanos = System.nanoTime() + timing.retryAfter().toNanos();
    journal.close();
  }

  /** Writes what waits, for a moment at most. */
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      closing.countDown();
      running = thread;
    }
    wanted.countDown();
    waiting.offer(new Work.Wake());
    try {
      if (running != null && !running.join(Duration.ofMillis(CLOSE_MILLIS_MAX))) {
        LOG.warn("ledger: the disk does not answer; what was not written is lost");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
