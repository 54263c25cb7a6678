package org.p2pvpn.overlay.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The internet between a left and a right node: each sees the other at this link's address. What
 * becomes of the n-th datagram of a direction follows from the seed.
 */
final class LossyLink implements AutoCloseable {
  private static final int DELAY_MILLIS_MAX = 20;

  private final InetSocketAddress left;
  private final InetSocketAddress right;
  private volatile Weather weather;

  /** Faces the left node and is to it the right node's address; the other likewise. */
  private final DatagramSocket facingLeft = socket();

  private volatile DatagramSocket facingRight = socket();

  /** What happens to datagrams, in percent of them. */
  record Weather(int lost, int doubled, int delayed, int damaged) {
    static final Weather FINE = new Weather(0, 0, 0, 0);
  }

  LossyLink(SimulatedNode left, SimulatedNode right, Weather weather, long seed) {
    this.left = left.endpoint();
    this.right = right.endpoint();
    this.weather = weather;
    carry(facingLeft, new Random(seed), true);
    carry(facingRight, new Random(seed + 1), false);
  }

  /** Where the left node finds the right one. */
  InetSocketAddress rightSeenFromLeft() {
    return address(facingLeft);
  }

  /** From now on. */
  void weather(Weather next) {
    weather = next;
  }

  /** The left node gets another address, as behind a NAT that forgot it. */
  void leftMoves(long seed) {
    DatagramSocket old = facingRight;
    facingRight = socket();
    carry(facingRight, new Random(seed), false);
    old.close();
  }

  private void carry(DatagramSocket in, Random random, boolean fromLeft) {
    Thread.ofPlatform().daemon().name("link").start(() -> run(in, random, fromLeft));
  }

  private void run(DatagramSocket in, Random random, boolean fromLeft) {
    byte[] buffer = new byte[65_535];
    byte @Nullable [] delayed = null;
    while (true) {
      try {
        DatagramPacket datagram = new DatagramPacket(buffer, buffer.length);
        in.receive(datagram);
        byte[] bytes = Arrays.copyOf(buffer, datagram.getLength());
        if (hits(random, weather.lost())) {
          continue;
        }
        if (hits(random, weather.damaged()) && bytes.length > 0) {
          send(damaged(bytes, random), fromLeft);
        }
        if (delayed == null && hits(random, weather.delayed())) {
          delayed = bytes;
          continue;
        }
        send(bytes, fromLeft);
        if (hits(random, weather.doubled())) {
          send(bytes, fromLeft);
        }
        delayed = release(delayed, fromLeft);
      } catch (SocketTimeoutException _) {
        delayed = release(delayed, fromLeft);
      } catch (SocketException _) {
        return; // closed, or left behind by a move
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A datagram is delayed until another has overtaken it, or for a while. */
  private byte @Nullable [] release(byte @Nullable [] delayed, boolean fromLeft) {
    if (delayed != null) {
      send(delayed, fromLeft);
    }
    return null;
  }

  private void send(byte[] bytes, boolean fromLeft) {
    DatagramSocket out = fromLeft ? facingRight : facingLeft;
    try {
      out.send(new DatagramPacket(bytes, bytes.length, fromLeft ? right : left));
    } catch (IOException _) {
      // The socket moved in between, or its other end is gone: the datagram is lost.
    }
  }

  private static boolean hits(Random random, int percent) {
    return random.nextInt(100) < percent;
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    byte[] damaged = bytes.clone();
    damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
    return damaged;
  }

  private static InetSocketAddress address(DatagramSocket socket) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
  }

  private static DatagramSocket socket() {
    try {
      DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
      socket.setReceiveBufferSize(4 << 20);
      socket.setSoTimeout(DELAY_MILLIS_MAX);
      return socket;
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    facingLeft.close();
    facingRight.close();
  }
}
