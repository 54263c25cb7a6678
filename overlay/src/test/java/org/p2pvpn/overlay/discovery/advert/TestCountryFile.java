package org.p2pvpn.overlay.discovery.advert;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of countries for tests. */
public final class TestCountryFile {
  private TestCountryFile() {}

  /** The smallest file of its kind: 0.0.0.0/1 is in SE, the other half is nowhere. */
  public static Path in(Path folder) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // One node of two 24-bit records: 1 + 16 + 0 points at the data's first byte, 1 is "nothing".
    out.write(new byte[] {0, 0, 17, 0, 0, 1});
    out.write(new byte[16]);
    map(out, 1);
    text(out, "country");
    map(out, 1);
    text(out, "iso_code");
    text(out, "SE");
    out.write(new byte[] {(byte) 0xab, (byte) 0xcd, (byte) 0xef});
    out.write("MaxMind.com".getBytes(StandardCharsets.US_ASCII));
    map(out, 9);
    number(out, "node_count", 6, 1);
    number(out, "record_size", 5, 24);
    number(out, "ip_version", 5, 4);
    number(out, "binary_format_major_version", 5, 2);
    number(out, "binary_format_minor_version", 5, 0);
    text(out, "database_type");
    text(out, "Test");
    text(out, "build_epoch");
    out.write(new byte[] {1, 2, 1}); // uint64 is an extended type
    text(out, "languages");
    out.write(new byte[] {0, 4}); // an empty array
    text(out, "description");
    map(out, 0);
    return Files.write(folder.resolve("test.mmdb"), out.toByteArray());
  }

  private static void map(ByteArrayOutputStream out, int entries) {
    out.write(7 << 5 | entries);
  }

  private static void text(ByteArrayOutputStream out, String text) throws IOException {
    if (text.length() < 29) {
      out.write(2 << 5 | text.length());
    } else {
      out.write(2 << 5 | 29);
      out.write(text.length() - 29);
    }
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void number(ByteArrayOutputStream out, String name, int type, int value)
      throws IOException {
    text(out, name);
    out.write(type << 5 | 1);
    out.write(value);
  }
}
