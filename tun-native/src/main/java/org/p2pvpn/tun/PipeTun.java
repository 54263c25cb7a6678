package org.p2pvpn.tun;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A TUN device in memory, for tests and simulation: what one end writes, the other end reads,
 * headers and super-packets as they are.
 *
 * <p>Each direction holds a bounded number of packets; a write beyond that returns 0. Each end may
 * be used by its own thread. Unlike a real queue it allocates.
 */
public final class PipeTun implements Tun, TunQueue {
  /** Linux's own for both: ENETDOWN before {@link #up}, EBADF after {@link #close}. */
  private static final int ENETDOWN = 100;

  private static final int EBADF = 9;

  private final String name;
  private final int mtuBytes;
  private final TunOffloads offloads;
  private final BlockingQueue<byte[]> inbound;
  private final BlockingQueue<byte[]> outbound;
  private volatile boolean up;
  private volatile boolean closed;

  private PipeTun(
      String name,
      int mtuBytes,
      TunOffloads offloads,
      BlockingQueue<byte[]> inbound,
      BlockingQueue<byte[]> outbound) {
    this.name = name;
    this.mtuBytes = mtuBytes;
    this.offloads = offloads;
    this.inbound = inbound;
    this.outbound = outbound;
  }

  /** The two ends of a pipe. */
  public record Pair(PipeTun left, PipeTun right) {}

  public static Pair pair(String name, int mtuBytes, TunOffloads offloads, int packetsMax) {
    BlockingQueue<byte[]> toRight = new ArrayBlockingQueue<>(packetsMax);
    BlockingQueue<byte[]> toLeft = new ArrayBlockingQueue<>(packetsMax);
    return new Pair(
        new PipeTun(name, mtuBytes, offloads, toLeft, toRight),
        new PipeTun(name, mtuBytes, offloads, toRight, toLeft));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int mtuBytes() {
    return mtuBytes;
  }

  @Override
  public TunOffloads offloads() {
    return offloads;
  }

  @Override
  public List<PipeTun> queues() {
    return List.of(this);
  }

  @Override
  public void up() {
    up = true;
  }

  @Override
  public int fd() {
    return -1;
  }

  @Override
  public int read(TunBuffer into, int at, int limit) {
    if (closed) {
      return -EBADF;
    }
    byte[] packet = inbound.poll();
    if (packet == null) {
      return 0;
    }
    int length = Math.min(packet.length, limit);
    into.bytes().put(at, packet, 0, length);
    return length;
  }

  @Override
  public int write(TunBuffer from, int at, int length) {
    if (closed) {
      return -EBADF;
    }
    if (!up) {
      return -ENETDOWN;
    }
    byte[] packet = new byte[length];
    from.bytes().get(at, packet);
    return outbound.offer(packet) ? length : 0;
  }

  @Override
  public void close() {
    closed = true;
  }
}
