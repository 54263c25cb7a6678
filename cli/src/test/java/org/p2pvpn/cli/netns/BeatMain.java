package org.p2pvpn.cli.netns;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Traffic whose every packet is known: {@code echo} answers on port 7; {@code beat ADDRESS RATE}
 * sends packets there by the clock, and a message every ten milliseconds by each of some TCP
 * connections. Told by lines: {@code begin}, {@code event NANOS} and {@code end}, which prints what
 * happened since the begin; times are {@link System#nanoTime}'s, which is one clock a machine.
 */
final class BeatMain {
  /** RFC 862. */
  private static final int PORT = 7;

  private static final int PACKET_BYTES = 200;
  private static final int CONNECTIONS = 3;
  private static final int MESSAGE_MILLIS = 10;
  private static final int ATTEMPT_MILLIS = 20;

  /** Ours: an answer that comes later than this is lost. */
  private static final int LATE_MILLIS = 500;

  private static final double MILLI = 1e6;

  private final InetSocketAddress target;
  private final int perSecond;
  private final BitSet answered = new BitSet();
  private final List<Line> lines = new ArrayList<>();
  private final AtomicLong firstNewNanos = new AtomicLong();
  private volatile boolean attempting;
  private int sent;
  private int begin;
  private long answeredNanos;
  private long silenceNanos;
  private long silenceBeganNanos;
  private long eventNanos;

  private BeatMain(String address, int perSecond) {
    this.target = new InetSocketAddress(InetAddress.ofLiteral(address), PORT);
    this.perSecond = perSecond;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("echo")) {
      Thread.ofPlatform().start(BeatMain::echoTcp);
      echoUdp();
    } else {
      new BeatMain(arguments[1], Integer.parseInt(arguments[2])).run();
    }
  }

  private static void echoUdp() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(PORT)) {
      DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
      while (true) {
        packet.setLength(2048);
        socket.receive(packet);
        socket.send(packet);
      }
    }
  }

  private static void echoTcp() {
    try (ServerSocket server = new ServerSocket(PORT)) {
      while (true) {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> echo(socket));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void echo(Socket socket) {
    try (socket;
        InputStream in = socket.getInputStream()) {
      socket.setTcpNoDelay(true);
      byte[] bytes = new byte[4096];
      for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
        socket.getOutputStream().write(bytes, 0, length);
      }
    } catch (IOException _) {
      // The other end is gone.
    }
  }

  private void run() throws Exception {
    DatagramSocket socket = new DatagramSocket();
    socket.connect(target);
    Thread.ofPlatform().daemon().start(() -> receive(socket));
    Thread.ofPlatform().daemon().start(() -> send(socket));
    open();
    System.out.println("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "begin" -> begin();
        case "event" -> event(Long.parseLong(words[1]));
        default -> System.out.println(end());
      }
    }
    System.exit(0);
  }

  /** All but the last talk; the last one only listens. */
  private void open() {
    lines.removeIf(line -> line.failedNanos != 0);
    while (lines.size() < CONNECTIONS + 1) {
      Line line = new Line(lines.size() < CONNECTIONS);
      lines.add(line);
      Thread.ofVirtual().start(line::run);
    }
  }

  private void send(DatagramSocket socket) {
    byte[] payload = new byte[PACKET_BYTES];
    long next = System.nanoTime();
    while (true) {
      ByteBuffer.wrap(payload).putInt(0, count());
      try {
        socket.send(new DatagramPacket(payload, payload.length));
      } catch (IOException _) {
        // Counted as lost, since no answer comes.
      }
      next += 1_000_000_000L / perSecond;
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  private synchronized int count() {
    sent++;
    return sent - 1;
  }

  private void receive(DatagramSocket socket) {
    DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
    while (true) {
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
    if (nowNanos - answeredNanos > silenceNanos) {
      silenceNanos = nowNanos - answeredNanos;
      silenceBeganNanos = answeredNanos;
    }
    answeredNanos = nowNanos;
  }

  private synchronized void begin() {
    open();
    begin = sent;
    silenceNanos = 0;
    silenceBeganNanos = 0;
    answeredNanos = System.nanoTime();
    eventNanos = System.nanoTime();
    firstNewNanos.set(0);
    lines.forEach(Line::begin);
  }

  /** From here on new connections are tried, one after the other without waiting. */
  private void event(long nanos) {
    synchronized (this) {
      eventNanos = nanos;
    }
    attempting = true;
    Thread.ofVirtual()
        .start(
            () -> {
              while (attempting && firstNewNanos.get() == 0) {
                Thread.ofVirtual().start(this::attempt);
                LockSupport.parkNanos(ATTEMPT_MILLIS * 1_000_000L);
              }
            });
  }

  private void attempt() {
    try (Socket socket = new Socket()) {
      socket.connect(target, LATE_MILLIS * 4);
      socket.setSoTimeout(LATE_MILLIS * 4);
      socket.getOutputStream().write(1);
      if (socket.getInputStream().read() == 1) {
        firstNewNanos.compareAndSet(0, System.nanoTime());
      }
    } catch (IOException _) {
      // Another attempt is under way.
    }
  }

  private String end() throws InterruptedException {
    int end;
    synchronized (this) {
      end = sent;
    }
    attempting = false;
    Thread.sleep(LATE_MILLIS);
    synchronized (this) {
      long now = System.nanoTime();
      boolean lasts = now - answeredNanos > silenceNanos;
      long silence = lasts ? now - answeredNanos : silenceNanos;
      StringBuilder failures = new StringBuilder();
      double stall = 0;
      int broken = 0;
      for (Line line : lines) {
        stall = Math.max(stall, line.stall(now) / MILLI);
        broken += line.failedNanos == 0 ? 0 : 1;
        failures
            .append(failures.isEmpty() ? "" : ",")
            .append(line.failedNanos == 0 ? "-1" : Math.round(since(line.failedNanos)));
      }
      return "gap %.1f lost %d sent %d broken %d stall %.0f new %.0f failed %s at %.0f"
          .formatted(
              silence / MILLI,
              end - begin - answered.get(begin, end).cardinality(),
              end - begin,
              broken,
              stall,
              firstNewNanos.get() == 0 ? -1 : since(firstNewNanos.get()),
              failures,
              since(lasts ? answeredNanos : silenceBeganNanos));
    }
  }

  private double since(long nanos) {
    return (nanos - eventNanos) / MILLI;
  }

  /** A TCP connection that is kept. */
  private final class Line {
    private final boolean talks;
    private volatile long failedNanos;
    private volatile long heardNanos;
    private volatile long stallNanos;

    Line(boolean talks) {
      this.talks = talks;
    }

    void begin() {
      stallNanos = 0;
      heardNanos = System.nanoTime();
    }

    long stall(long now) {
      return talks && failedNanos == 0 ? Math.max(stallNanos, now - heardNanos) : 0;
    }

    void run() {
      try (Socket socket = new Socket()) {
        socket.setTcpNoDelay(true);
        socket.connect(target);
        heardNanos = System.nanoTime();
        if (talks) {
          Thread.ofVirtual().start(() -> talk(socket));
        }
        DataInputStream in = new DataInputStream(socket.getInputStream());
        for (long expected = 0; ; expected++) {
          if (in.readLong() != expected) {
            throw new IOException("another message than " + expected);
          }
          long now = System.nanoTime();
          stallNanos = Math.max(stallNanos, now - heardNanos);
          heardNanos = now;
        }
      } catch (IOException _) {
        failedNanos = System.nanoTime();
      }
    }

    private void talk(Socket socket) {
      try {
        for (long number = 0; failedNanos == 0; number++) {
          socket.getOutputStream().write(ByteBuffer.allocate(8).putLong(number).array());
          LockSupport.parkNanos(MESSAGE_MILLIS * 1_000_000L);
        }
      } catch (IOException _) {
        // The reader sees it, too.
      }
    }
  }
}
