package org.p2pvpn.overlay.discovery.advert;

import com.maxmind.db.CHMCache;
import com.maxmind.db.Reader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An address's country by a file that the operator brings (.mmdb, from any vendor). Derived, not
 * measured: shown as such beside what the node claims. Any thread may ask.
 *
 * <p>Without a file none of this and nothing of the reader is loaded. The file is mapped, not read.
 */
public final class CountryFromFile implements AutoCloseable {
  private final Reader reader;

  private CountryFromFile(Reader reader) {
    this.reader = reader;
  }

  /**
   * Maps the file.
   *
   * @throws IOException when it is missing or no such file; the message names it
   */
  public static CountryFromFile open(Path file) throws IOException {
    try {
      return new CountryFromFile(
          new Reader(file.toFile(), Reader.FileMode.MEMORY_MAPPED, new CHMCache()));
    } catch (IOException | RuntimeException e) {
      throw new IOException(file + ": cannot read as a country file: " + e.getMessage(), e);
    }
  }

  /** Two capital letters, or null when the file does not say. */
  public @Nullable String of(InetAddress address) {
    // A file of IPv4 only would be walked with the first 32 bits of an IPv6 address.
    if (reader.getMetadata().ipVersion() == 4 && address.getAddress().length != 4) {
      return null;
    }
    try {
      Map<?, ?> found = reader.get(address, Map.class);
      return found != null
              && found.get("country") instanceof Map<?, ?> country
              && country.get("iso_code") instanceof String code
              && code.matches("[A-Z]{2}")
          ? code
          : null;
    } catch (IOException | RuntimeException _) {
      // A damaged file knows less; it does not stop a lookup.
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
