package org.p2pvpn.overlay.session;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.EpochKeys;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.packet.Verdict;

/**
 * One generation of a session's keys.
 *
 * <p>Threads: any shard may seal, each with a cipher of its own and counters from one atomic
 * sequence. Only the shard that {@link EpochTable} gives the local index to may open; so the replay
 * window needs no lock.
 */
public final class Epoch {
  /** Answers of {@link #open} that are no length. */
  private static final int FORGED = -1;

  private static final int REPLAYED = -2;
  private static final int EXPIRED = -3;

  private static final VarHandle SENT;
  private static final VarHandle SEALER = MethodHandles.arrayElementVarHandle(Aead[].class);

  static {
    try {
      SENT = MethodHandles.lookup().findVarHandle(Epoch.class, "sent", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Session session;
  private final int localIndex;
  private final int remoteIndex;
  private final boolean initiator;
  private final long createdNanos;
  private final EpochKeys keys;
  private final long rejectAfterMessages;
  private final long rekeyAfterMessages;

  private final @Nullable Aead[] sealers;
  private final Aead opener;
  private final ReplayWindow window = new ReplayWindow();

  @SuppressWarnings("unused") // through SENT
  private volatile long sent;

  /** Where its newest message came from. */
  private volatile @Nullable InetSocketAddress origin;

  /** A responder must not send before the initiator has proved that it has the keys too. */
  private volatile boolean confirmed;

  private boolean erased;

  public Epoch(
      Session session,
      EpochKeys keys,
      int localIndex,
      int remoteIndex,
      boolean initiator,
      int shards,
      long nowNanos) {
    this.session = session;
    this.keys = keys;
    this.localIndex = localIndex;
    this.remoteIndex = remoteIndex;
    this.initiator = initiator;
    this.createdNanos = nowNanos;
    this.confirmed = initiator;
    boolean gcm = keys.suite() == Suite.AESGCM_SHA256;
    rekeyAfterMessages =
        gcm ? EpochLimits.AES_GCM_REKEY_AFTER_MESSAGES : EpochLimits.CHACHA_REKEY_AFTER_MESSAGES;
    rejectAfterMessages =
        gcm ? EpochLimits.AES_GCM_REJECT_AFTER_MESSAGES : EpochLimits.CHACHA_REJECT_AFTER_MESSAGES;
    sealers = new Aead[shards];
    opener = new Aead(keys.suite(), keys.receiveKey());
  }

  /**
   * Takes {@code count} consecutive counters.
   *
   * @return the first of them, or -1 when the keys are worn out
   */
  public long reserve(int count, long nowNanos) {
    if (nowNanos - createdNanos >= EpochLimits.REJECT_AFTER_NANOS) {
      return -1;
    }
    long first = (long) SENT.getAndAdd(this, (long) count);
    return first + count > rejectAfterMessages || first < 0 ? -1 : first;
  }

  /** Seals in place with a reserved counter; returns the length with its tag. */
  public int seal(int shard, long counter, byte[] buffer, int at, int length) {
    Aead sealer = sealers[shard];
    if (sealer == null) {
      sealer = makeSealer();
      SEALER.setRelease(sealers, shard, sealer);
    }
    return sealer.seal(counter, buffer, at, length);
  }

  /**
   * Once a shard. A shard that comes after {@link #erase} gets a key that nobody knows: the keys
   * are zeros by then, and everybody could open what is sealed under those.
   */
  private synchronized Aead makeSealer() {
    if (!erased) {
      return new Aead(keys.suite(), keys.sendKey());
    }
    byte[] unknown = new byte[keys.sendKey().length];
    new SecureRandom().nextBytes(unknown);
    return new Aead(keys.suite(), unknown);
  }

  /**
   * Opens one message body into {@code target} and marks its counter.
   *
   * @return the plaintext's length, or a negative number that {@link #verdict} reads
   */
  public int open(
      long counter, byte[] sealed, int at, int length, byte[] target, int targetAt, long nowNanos) {
    if (nowNanos - createdNanos >= EpochLimits.REJECT_AFTER_NANOS) {
      return EXPIRED;
    }
    if (!window.isFresh(counter)) {
      return REPLAYED;
    }
    int opened = opener.open(counter, sealed, at, length, target, targetAt);
    if (opened < 0) {
      return FORGED;
    }
    // Fresh above and one thread, so this cannot be refused; it only marks.
    window.accept(counter);
    return opened;
  }

  /** What a negative answer of {@link #open} means. */
  public static Verdict verdict(int refusal) {
    return switch (refusal) {
      case EXPIRED -> Verdict.EPOCH_EXPIRED;
      case REPLAYED -> Verdict.REPLAYED;
      default -> Verdict.FORGED;
    };
  }

  public boolean isNewest(long counter) {
    return window.isNewest(counter);
  }

  public Session session() {
    return session;
  }

  public int localIndex() {
    return localIndex;
  }

  public int remoteIndex() {
    return remoteIndex;
  }

  public boolean isInitiator() {
    return initiator;
  }

  public long createdNanos() {
    return createdNanos;
  }

  /** Where its newest message came from, or null before the first. */
  public @Nullable InetSocketAddress origin() {
    return origin;
  }

  public void cameFrom(InetSocketAddress from) {
    if (!from.equals(origin)) {
      origin = from;
    }
  }

  public boolean isConfirmed() {
    return confirmed;
  }

  public void confirm() {
    confirmed = true;
  }

  /** Whether so many messages were sent that new keys should be asked for. */
  public boolean wantsRekeyByCount() {
    return (long) SENT.getOpaque(this) >= rekeyAfterMessages;
  }

  /**
   * Erases the keys; the epoch must have left {@link EpochTable} before. The copies that the JDK's
   * ciphers made go with the garbage collector: {@code SecretKeySpec} cannot be destroyed.
   */
  public synchronized void erase() {
    erased = true;
    keys.close();
  }
}
