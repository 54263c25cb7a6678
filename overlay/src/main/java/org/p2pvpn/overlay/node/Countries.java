package org.p2pvpn.overlay.node;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.discovery.advert.CountryFromFile;

/** The operator's file of countries, if there is one. */
final class Countries {

  private Countries() {}

  /** Mapped as long as the process lives. */
  static @Nullable CountryFromFile of(NodeConfig config) {
    Path file = config.countryFile();
    if (file == null) {
      return null;
    }
    try {
      return CountryFromFile.open(file);
    } catch (IOException e) {
      throw new ControlException(
          ControlException.BAD_CONFIG, "country_file: " + e.getMessage(), "p2pvpn config check");
    }
  }
}
