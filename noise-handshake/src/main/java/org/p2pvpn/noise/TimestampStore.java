package org.p2pvpn.noise;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What makes a recorded initiation useless: every initiation bears a timestamp that is greater than
 * all its sender used before, and a responder remembers the greatest it took from each peer. Both
 * survive a restart; the clock may stand still or go back.
 *
 * <p>Owned by the handshake thread. Never fails: while the folder cannot be written it works from
 * memory and says so once; a damaged file is set aside and said, and then the timestamps start from
 * the wall clock.
 */
public final class TimestampStore implements AutoCloseable {
  /**
   * Ours: at the limit the peer heard least recently is forgotten, its old initiations count again.
   */
  static final int PEERS_MAX = 4096;

  /**
   * Ours: timestamps up to this far ahead are on disk as used, so that not each handshake writes.
   * After a crash ours run ahead of the clock by at most that much.
   */
  static final long RESERVE_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Ours: what peers showed in this last moment may be forgotten in a crash. */
  static final long WRITE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Path file;
  private final Consumer<String> trouble;
  private final LinkedHashMap<PeerKey, Long> greatest = new LinkedHashMap<>(64, 0.75f, true);
  private long last;
  private long reserved;
  private boolean dirty;
  private boolean troubled;
  private long writtenAtNanos;

  /** A peer's static key as a map's key. */
  record PeerKey(long a, long b, long c, long d) {
    static PeerKey of(byte[] key, int offset) {
      return new PeerKey(
          HandshakeWire.getLong(key, offset),
          HandshakeWire.getLong(key, offset + 8),
          HandshakeWire.getLong(key, offset + 16),
          HandshakeWire.getLong(key, offset + 24));
    }
  }

  private TimestampStore(Path file, Consumer<String> trouble) {
    this.file = file;
    this.trouble = trouble;
  }

  /**
   * Reads the file, if there is one.
   *
   * @param wallNanos the wall clock, in nanoseconds since 1970
   * @param trouble is told what an operator should know, each trouble once
   */
  public static TimestampStore open(Path file, long wallNanos, Consumer<String> trouble) {
    TimestampStore store = new TimestampStore(file, trouble);
    store.writtenAtNanos = wallNanos - WRITE_EVERY_NANOS;
    TimestampFile.Content content = TimestampFile.load(file, trouble);
    store.last = content.reserved();
    store.reserved = content.reserved();
    store.greatest.putAll(content.greatest());
    return store;
  }

  /** A timestamp for our next initiation, greater than any before it. */
  public long next(long wallNanos) {
    last = Math.max(wallNanos, last + 1);
    if (last > reserved) {
      reserved = last + RESERVE_NANOS;
      dirty = true;
      write(wallNanos);
    }
    return last;
  }

  /** Greater than every one this peer showed before? Changes nothing. */
  public boolean isNewer(byte[] peerStatic, long timestamp) {
    Long seen = greatest.get(PeerKey.of(peerStatic, 0));
    return seen == null || timestamp > seen;
  }

  /**
   * Takes the timestamp of an initiation that is about to be accepted; false when it is not newer,
   * that is a replay. For admitted peers only: a stranger's would push theirs out.
   */
  public boolean accept(byte[] peerStatic, long timestamp, long wallNanos) {
    if (!isNewer(peerStatic, timestamp)) {
      return false;
    }
    greatest.put(PeerKey.of(peerStatic, 0), timestamp);
    if (greatest.size() > PEERS_MAX) {
      Iterator<Map.Entry<PeerKey, Long>> eldestFirst = greatest.entrySet().iterator();
      eldestFirst.next();
      eldestFirst.remove();
    }
    dirty = true;
    flush(wallNanos);
    return true;
  }

  /** Writes what is not on disk yet, at most once a second; call it from a timer as well. */
  public void flush(long wallNanos) {
    if (dirty && Math.abs(wallNanos - writtenAtNanos) >= WRITE_EVERY_NANOS) {
      write(wallNanos);
    }
  }

  private void write(long wallNanos) {
    writtenAtNanos = wallNanos;
    try {
      TimestampFile.save(file, new TimestampFile.Content(reserved, greatest));
      dirty = false;
      troubled = false;
    } catch (IOException e) {
      if (!troubled) {
        troubled = true;
        trouble.accept(
            file
                + ": cannot write: "
                + e.getClass().getSimpleName()
                + " ("
                + e.getMessage()
                + "); going on from memory, so a restart may take replayed initiations");
      }
    }
  }

  /** False while the last write went wrong. */
  public boolean persistent() {
    return !troubled;
  }

  /** Writes the rest, and gives back the timestamps that were reserved and not used. */
  @Override
  public void close() {
    reserved = last;
    write(writtenAtNanos);
  }
}
