package org.p2pvpn.overlay.host;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Other firewalls in our way. An accept of ours does not help: a packet must pass every table, so a
 * drop in another one wins, and only its owner can open it.
 *
 * <p>A judgement by reading, not a simulation: a base chain that drops by policy, or by a last rule
 * that matches everything, and that has no accept naming our port or our link.
 */
public final class FirewallCheck {
  /**
   * One chain that would drop what we need.
   *
   * @param sentence which chain drops what
   * @param next the command that opens it
   */
  public record Obstacle(String sentence, String next) {}

  /** Asks the kernel, and judges what it says. */
  public static List<Obstacle> check(
      HostCommands commands, String link, int listenPort, boolean servesExit) {
    String json = commands.require(List.of("nft", "-j", "list", "ruleset"), "");
    return judge(json, link, listenPort, servesExit);
  }

  /** Pure: {@code json} is what `nft -j list ruleset` prints. */
  static List<Obstacle> judge(String json, String link, int listenPort, boolean servesExit) {
    JsonNode entries = JsonMapper.shared().readTree(json).path("nftables");
    List<Obstacle> obstacles = new ArrayList<>();
    for (JsonNode entry : entries) {
      JsonNode chain = entry.path("chain");
      String hook = chain.path("hook").asString("");
      boolean ours = chain.path("table").asString("").startsWith("p2pvpn");
      boolean input = hook.equals("input");
      boolean forward = hook.equals("forward") && servesExit;
      if (!ours && (input || forward) && drops(chain, entries)) {
        String wanted = input ? Integer.toString(listenPort) : "\"" + link + "\"";
        if (!isOpened(chain, entries, wanted)) {
          obstacles.add(obstacle(chain, input, link, listenPort));
        }
      }
    }
    return obstacles;
  }

  private static boolean drops(JsonNode chain, JsonNode entries) {
    if (chain.path("policy").asString("accept").equals("drop")) {
      return true;
    }
    JsonNode last = null;
    for (JsonNode entry : entries) {
      if (isIn(entry.path("rule"), chain)) {
        last = entry.path("rule").path("expr");
      }
    }
    // Only verdicts and counters: it matches whatever came this far.
    if (last == null) {
      return false;
    }
    boolean dropsAll = false;
    for (JsonNode expression : last) {
      if (expression.has("match")) {
        return false;
      }
      dropsAll |= expression.has("drop") || expression.has("reject");
    }
    return dropsAll;
  }

  /** Anywhere in its table: firewalls accept in chains that the base chain jumps to. */
  private static boolean isOpened(JsonNode chain, JsonNode entries, String wanted) {
    for (JsonNode entry : entries) {
      JsonNode rule = entry.path("rule");
      if (rule.path("table").equals(chain.path("table"))
          && rule.path("family").equals(chain.path("family"))) {
        String text = rule.path("expr").toString();
        // Numbers and names as JSON spells them; a longer number must not match.
        if (text.contains("\"accept\"") && text.matches(".*[:\\[,]" + wanted + "[,}\\]].*")) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isIn(JsonNode rule, JsonNode chain) {
    return rule.path("chain").equals(chain.path("name"))
        && rule.path("table").equals(chain.path("table"))
        && rule.path("family").equals(chain.path("family"));
  }

  private static Obstacle obstacle(JsonNode chain, boolean input, String link, int listenPort) {
    String family = chain.path("family").asString("");
    String table = chain.path("table").asString("");
    String name = chain.path("name").asString("");
    String where = "nft chain %s %s %s".formatted(family, table, name);
    String sentence =
        input
            ? where + ": drops what it does not know, our UDP port " + listenPort + " too"
            : where + ": drops what it does not know, our clients' traffic from " + link + " too";
    return new Obstacle(sentence, opening(family, table, name, input, link, listenPort));
  }

  private static String opening(
      String family, String table, String chain, boolean input, String link, int listenPort) {
    if (table.equals("firewalld")) {
      return input
          ? "firewall-cmd --permanent --add-port=%d/udp && firewall-cmd --reload"
              .formatted(listenPort)
          : "firewall-cmd --permanent --zone=trusted --add-interface=%s && firewall-cmd --reload"
              .formatted(link);
    }
    boolean byIptables = table.equals("filter") && (family.equals("ip") || family.equals("ip6"));
    if (byIptables) {
      String iptables = family.equals("ip") ? "iptables" : "ip6tables";
      return input
          ? "ufw allow %1$d/udp (without ufw: %2$s -I INPUT -p udp --dport %1$d -j ACCEPT)"
              .formatted(listenPort, iptables)
          : "%1$s -I FORWARD -i %2$s -j ACCEPT && %1$s -I FORWARD -o %2$s -j ACCEPT (with Docker: in DOCKER-USER)"
              .formatted(iptables, link);
    }
    String rule = input ? "udp dport " + listenPort + " accept" : "iifname " + link + " accept";
    return "nft insert rule %s %s %s %s".formatted(family, table, chain, rule)
        + (input
            ? ""
            : " && nft insert rule %s %s %s oifname %s accept"
                .formatted(family, table, chain, link));
  }

  private FirewallCheck() {}
}
