package org.p2pvpn.cli.underlay;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Writes what passes one host's device to a file that tcpdump reads. Complete after close. */
final class Capture implements PacketObserver, AutoCloseable {
  /** The classic format, version 2.4, in microseconds, of packets without a link header (101). */
  private static final int MAGIC = 0xa1b2c3d4;

  private static final int LINKTYPE_RAW = 101;
  private static final int SNAP_BYTES = 262_144;

  private final String host;
  private final OutputStream file;
  private boolean closed;

  Capture(String host, Path path) {
    this.host = host;
    try {
      file = new BufferedOutputStream(Files.newOutputStream(path));
      ByteBuffer header = ByteBuffer.allocate(24).order(ByteOrder.BIG_ENDIAN);
      header.putInt(MAGIC).putShort((short) 2).putShort((short) 4).putLong(0);
      file.write(header.putInt(SNAP_BYTES).putInt(LINKTYPE_RAW).array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void sent(String from, String to, Verdict verdict, ByteBuffer packet) {
    if (from.equals(host)) {
      write(packet);
    }
  }

  @Override
  public void arrived(String from, String to, Verdict verdict, ByteBuffer packet) {
    if (to.equals(host) && verdict == Verdict.PASSED) {
      write(packet);
    }
  }

  private synchronized void write(ByteBuffer packet) {
    if (closed) {
      return;
    }
    Instant now = Instant.now();
    ByteBuffer record = ByteBuffer.allocate(16 + packet.remaining());
    record.putInt((int) now.getEpochSecond()).putInt(now.getNano() / 1000);
    record.putInt(packet.remaining()).putInt(packet.remaining()).put(packet.duplicate());
    try {
      file.write(record.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
