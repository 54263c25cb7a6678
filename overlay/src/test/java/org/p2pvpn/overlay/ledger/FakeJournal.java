package org.p2pvpn.overlay.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Entries in memory, on a disk that fails when the test says so. */
final class FakeJournal implements Journal {
  final List<Entry> entries = new CopyOnWriteArrayList<>();
  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  volatile boolean broken;
  volatile boolean torn;
  volatile CountDownLatch stuck = new CountDownLatch(0);

  @Override
  public void open(long nowMillis) throws IOException {
    opened.incrementAndGet();
    check();
  }

  @Override
  public boolean append(Entry entry) throws IOException {
    check();
    entries.add(entry);
    return true;
  }

  @Override
  public Replayed replay(Consumer<Entry> consumer) throws IOException {
    check();
    List<Entry> all = new ArrayList<>(entries);
    all.forEach(consumer);
    return new Replayed(all.size(), 0, "");
  }

  @Override
  public void tidy(long nowMillis) {}

  private void check() throws IOException {
    try {
      stuck.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    if (broken) {
      throw new IOException("the disk is full");
    }
    if (torn) {
      throw new InternalError("a fault occurred in an unsafe memory access operation");
    }
  }

  @Override
  public void close() {
    closed.incrementAndGet();
  }
}
