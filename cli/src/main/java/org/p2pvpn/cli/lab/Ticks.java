package org.p2pvpn.cli.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.concurrent.locks.LockSupport;

/**
 * A thousand small packets a second to an echo and back: the longest silence between two answers is
 * how long a path was gone. All payload of the lab bears a mark that a capture can look for.
 */
final class Ticks {
  static final byte[] MARK = "lab-payload-in-clear-7f3a91c2".getBytes(StandardCharsets.US_ASCII);

  /** RFC 862. */
  private static final int ECHO_PORT = 7;

  private static final int PACKET_BYTES = 200;
  private static final long EVERY_NANOS = 1_000_000;

  /** Ours: an answer that comes later than this is lost. */
  private static final int LATE_MILLIS = 400;

  private final BitSet answered = new BitSet();
  private int sent;
  private int begin;
  private long answeredNanos;
  private long silenceNanos;

  /** Bytes in which the mark stands as often as it fits. */
  static byte[] marked(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = MARK[i % MARK.length];
    }
    return bytes;
  }

  /** The other end. */
  static void echo() {
    try (DatagramSocket socket = new DatagramSocket(ECHO_PORT)) {
      DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
      while (true) {
        packet.setLength(2048);
        socket.receive(packet);
        socket.send(packet);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends until the process ends; a full queue or a closed kill switch costs a packet, no more. */
  void run(String address) throws IOException {
    DatagramSocket socket = new DatagramSocket();
    socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), ECHO_PORT));
    Thread.ofPlatform().daemon().start(() -> receive(socket));
    byte[] payload = marked(PACKET_BYTES);
    long next = System.nanoTime();
    while (true) {
      ByteBuffer.wrap(payload).putInt(0, count());
      try {
        socket.send(new DatagramPacket(payload, payload.length));
      } catch (IOException _) {
        // Counted as lost, since no answer comes.
      }
      next += EVERY_NANOS;
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  private synchronized int count() {
    sent++;
    return sent - 1;
  }

  private void receive(DatagramSocket socket) {
    DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
    while (!socket.isClosed()) {
      try {
        socket.receive(packet);
        onAnswer(ByteBuffer.wrap(packet.getData()).getInt(0), System.nanoTime());
      } catch (IOException _) {
        // An ICMP error of a moment; the next packets tell.
      }
    }
  }

  private synchronized void onAnswer(int number, long nowNanos) {
    answered.set(number);
    if (answeredNanos != 0) {
      silenceNanos = Math.max(silenceNanos, nowNanos - answeredNanos);
    }
    answeredNanos = nowNanos;
  }

  /** Only what comes from here on counts. */
  synchronized void begin() {
    begin = sent;
    silenceNanos = 0;
  }

  /** The longest silence in nanoseconds, packets lost, packets sent. */
  String end() throws IOException {
    int end;
    synchronized (this) {
      end = sent;
    }
    try {
      Thread.sleep(LATE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    synchronized (this) {
      // A silence that still lasts counts, too.
      long silence = Math.max(silenceNanos, System.nanoTime() - answeredNanos);
      return silence
          + " "
          + (end - begin - answered.get(begin, end).cardinality())
          + " "
          + (end - begin);
    }
  }
}
