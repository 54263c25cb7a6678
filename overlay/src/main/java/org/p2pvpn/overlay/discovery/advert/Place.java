package org.p2pvpn.overlay.discovery.advert;

import java.util.regex.Pattern;

/**
 * Where a node says that it is. Empty text and 0 are "not said".
 *
 * @param country ISO 3166-1, two capital letters
 * @param region ISO 3166-2 without the country
 * @param asNumber the autonomous system of its provider
 */
public record Place(String country, String region, String city, long asNumber) {
  private static final Pattern COUNTRY = Pattern.compile("(?:[A-Z]{2})?");
  private static final Pattern REGION =
      Pattern.compile("[A-Z0-9]{0," + AdvertLimits.REGION_CHARS_MAX + "}");

  /** Behind the patterns, which its own constructor needs. */
  public static final Place UNSAID = new Place("", "", "", 0);

  public Place {
    Text.require(COUNTRY.matcher(country).matches(), "country: expected two capital letters");
    Text.require(REGION.matcher(region).matches(), "region: expected up to 3 letters or digits");
    Text.require(Text.isPlain(city, AdvertLimits.CITY_BYTES_MAX), "city: too long or not text");
    Text.require(asNumber >= 0 && asNumber < 1L << 32, "AS number: expected 32 bits");
  }
}
