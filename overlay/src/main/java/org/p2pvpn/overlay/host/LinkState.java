package org.p2pvpn.overlay.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What a link was set to before us; nothing for a TUN that goes when its owner does. */
final class LinkState {
  /** IFF_PERSIST of linux/if_tun.h. */
  private static final int PERSISTENT = 0x0800;

  static Map<String, String> capture(HostCommands commands, String link) {
    if (diesWithItsOwner(link)) {
      return Map.of();
    }
    Map<String, String> before = new LinkedHashMap<>();
    String json = commands.require(List.of("ip", "-j", "-d", "link", "show", "dev", link), "");
    try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
      boolean up = false;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        String name = parser.currentName();
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_STRING) {
          String value = parser.getString();
          up |= value.equals("UP") && !"operstate".equals(name);
          if (name != null && !before.containsKey(name)) {
            before.put(name, value);
          }
        }
      }
      before.put("up", Boolean.toString(up));
    }
    before.keySet().retainAll(List.of("mtu", "txqlen", "inet6_addr_gen_mode", "up"));
    return before;
  }

  /** The line that puts a link back; changes of a link that is gone need none. */
  static String restoringLine(HostChange.LinkSettings link, Map<String, String> before) {
    return new HostChange.LinkSettings(
            link.link(),
            number(before, "mtu"),
            number(before, "txqlen"),
            before.getOrDefault("inet6_addr_gen_mode", "none"),
            Boolean.parseBoolean(before.get("up")))
        .ipLine();
  }

  private static boolean diesWithItsOwner(String link) {
    try {
      String flags = Files.readString(Path.of("/sys/class/net", link, "tun_flags")).strip();
      return (Integer.decode(flags) & PERSISTENT) == 0;
    } catch (IOException _) {
      return false;
    }
  }

  private static int number(Map<String, String> before, String name) {
    return Integer.parseInt(before.getOrDefault(name, "0"));
  }

  private LinkState() {}
}
