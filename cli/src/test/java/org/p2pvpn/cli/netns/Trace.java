package org.p2pvpn.cli.netns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** One way to write something that a process must not hold, in memory or in a file. */
final class Trace {
  static final int BYTES_MAX = 80;

  private final String of;
  private final byte[] bytes;

  private Trace(String of, byte[] bytes) {
    if (bytes.length > BYTES_MAX || bytes.length < 4) {
      throw new IllegalArgumentException(of + ": " + bytes.length + " bytes");
    }
    this.of = of;
    this.bytes = bytes;
  }

  /**
   * An address as text, as a packet has it, and as an int of this machine's has it.
   *
   * @param literal without abbreviation or with it
   */
  static List<Trace> ofAddress(String of, String literal) {
    byte[] address = bytesOf(literal);
    List<Trace> traces = new ArrayList<>();
    traces.add(new Trace(of + " as bytes", address));
    traces.add(new Trace(of + " as bytes, last first", reversed(address)));
    traces.add(text(of + " as text", literal));
    String javas = ofBytes(address).getHostAddress(); // fd70:0:0:1..., without "::"
    if (!javas.equals(literal)) {
      traces.add(text(of + " as Java writes it", javas));
    }
    if (address.length == 16) {
      // As two longs of this machine's, which is how a key of a map would have it.
      traces.add(new Trace(of + " as longs", swappedLongs(address)));
    }
    return traces;
  }

  /** A key or an id: its bytes, and its bytes in hex. */
  static List<Trace> ofHex(String of, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    return List.of(
        new Trace(of + " as bytes", bytes), text(of + " as text", hex.toLowerCase(Locale.ROOT)));
  }

  static Trace text(String of, String text) {
    return new Trace(of, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Four bytes stand somewhere in a process's memory by chance once in twenty times. */
  boolean mayBeChance() {
    return bytes.length == 4;
  }

  /** Its first two bytes. */
  int start() {
    return ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
  }

  boolean isAt(byte[] block, int at) {
    return at + bytes.length <= block.length
        && Arrays.equals(block, at, at + bytes.length, bytes, 0, bytes.length);
  }

  private static byte[] bytesOf(String literal) {
    return InetAddress.ofLiteral(literal).getAddress();
  }

  private static InetAddress ofBytes(byte[] address) {
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  private static byte[] swappedLongs(byte[] bytes) {
    byte[] swapped = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      swapped[i] = bytes[i / 8 * 8 + 7 - i % 8];
    }
    return swapped;
  }

  @Override
  public String toString() {
    return of;
  }
}
