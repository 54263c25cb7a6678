package org.p2pvpn.overlay.admin;

import java.util.List;
import org.p2pvpn.overlay.control.FoundNode;

/** What {@code peers find} prints: a node a line, its id first. */
final class FoundText {
  private FoundText() {}

  static String of(List<FoundNode> found) {
    StringBuilder text = new StringBuilder();
    for (FoundNode one : found) {
      text.append(one.node())
          .append("  ")
          .append(one.country().isEmpty() ? "--" : one.country())
          .append("  ")
          .append(String.join("+", one.roles()))
          .append("  ")
          .append(one.endpoints().isEmpty() ? "no address" : String.join(" ", one.endpoints()));
      if (!one.name().isEmpty()) {
        text.append("  ").append(TextStyle.clean(one.name()));
      }
      text.append("  said ").append(TextStyle.age(one.ageSeconds())).append(" ago\n");
    }
    return text.toString();
  }
}
