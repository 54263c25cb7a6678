package org.p2pvpn.cli.netns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Load that fits into every queue on its way: never more than a window of datagrams between asking
 * and answer. So a program that the machine does not schedule for a while loses none, as one that
 * sends by the clock does, and one that is missing was lost by the tunnel. Arguments: {@code
 * answer} and a port, or {@code ask}, the answerer's address, its port, and the seconds.
 */
final class WindowMain {
  /** More than a session keeps while it has no keys, less than the smallest socket buffer holds. */
  private static final int WINDOW = 64;

  private static final int PER_SECOND = 2_000;
  private static final int BYTES = 1_200;

  /** Linux grants its default at least, twice: room for twice the window. */
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;

  private static final long PATIENCE_SECONDS = 5;

  private WindowMain() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    int port = Integer.parseInt(arguments[arguments[0].equals("ask") ? 2 : 1]);
    if (arguments[0].equals("ask")) {
      ask(
          new InetSocketAddress(InetAddress.getByName(arguments[1]), port),
          Integer.parseInt(arguments[3]));
    } else {
      answer(port);
    }
  }

  private static void answer(int port) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(port)) {
      socket.setReceiveBufferSize(SOCKET_BUFFER_BYTES);
      DatagramPacket packet = new DatagramPacket(new byte[BYTES], BYTES);
      while (true) {
        socket.receive(packet);
        socket.send(packet);
      }
    }
  }

  private static void ask(InetSocketAddress to, int seconds)
      throws IOException, InterruptedException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setReceiveBufferSize(SOCKET_BUFFER_BYTES);
      Semaphore window = new Semaphore(WINDOW);
      AtomicInteger answered = new AtomicInteger();
      Thread.ofPlatform().daemon().start(() -> count(socket, window, answered));
      int sent = 0;
      long began = System.nanoTime();
      while (System.nanoTime() - began < TimeUnit.SECONDS.toNanos(seconds)
          && window.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        socket.send(new DatagramPacket(new byte[BYTES], BYTES, to));
        sent++;
        LockSupport.parkNanos(began + sent * 1_000_000_000L / PER_SECOND - System.nanoTime());
      }
      for (long wait = PATIENCE_SECONDS * 100; answered.get() < sent && wait > 0; wait--) {
        Thread.sleep(10);
      }
      System.out.printf("sent %d answered %d%n", sent, answered.get());
    }
  }

  private static void count(DatagramSocket socket, Semaphore window, AtomicInteger answered) {
    DatagramPacket packet = new DatagramPacket(new byte[BYTES], BYTES);
    try {
      while (true) {
        socket.receive(packet);
        answered.incrementAndGet();
        window.release();
      }
    } catch (IOException _) {
      // The asker closed its socket: it is over.
    }
  }
}
