package dev.penstock.hardware;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Takes out of facts what tells whose machine it is: names of the host and its user, serial
 * numbers, UUIDs, network addresses. The same word becomes the same substitute within one
 * redaction, so that facts still fit together; another redaction makes others.
 */
public final class Redaction {
  private static final Pattern UUID =
      Pattern.compile(
          "\\b\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12}\\b");

  /** EFI_GLOBAL_VARIABLE of the UEFI specification: the same on all machines, in names of files. */
  private static final String EFI = "8be4df61-93ca-11d2-aa0d-00e098032b8c";

  private static final Pattern ADDRESS =
      Pattern.compile(
          "\\b(?:\\d{1,3}\\.){3}\\d{1,3}\\b"
              + "|\\b(?:\\p{XDigit}{2}:){5}\\p{XDigit}{2}\\b"
              + "|\\b(?:\\p{XDigit}{1,4}:){3,7}(?::|\\p{XDigit}{1,4}\\b)|\\bfe80::[\\p{XDigit}:]+");

  /** Of containers and pods. */
  private static final Pattern ID =
      Pattern.compile("(?<![\\p{XDigit}\\w])\\p{XDigit}{32,64}(?!\\w)");

  private static final Pattern SERIAL =
      Pattern.compile("(?i)(\"serial[^\"]*\"\\s*:\\s*\\{\\s*\"value\"\\s*:\\s*\")([^\"]+)");
  private static final Pattern HOME = Pattern.compile("/home/([^/\"\\s\\\\]+)");

  private final String salt;
  private final List<Pattern> names = new ArrayList<>();

  /**
   * @param salt anything that is not told to whoever gets the facts
   * @param names of the host and of users
   */
  public Redaction(String salt, List<String> names) {
    this.salt = salt;
    for (String name : names) {
      // A name of two letters stands in half of all words.
      if (name.length() > 2 && !name.equals("root")) {
        this.names.add(Pattern.compile("\\b" + Pattern.quote(name) + "\\b"));
      }
    }
  }

  public String of(String text) {
    String plain = UUID.matcher(text).replaceAll(found -> uuid(found.group()));
    plain = SERIAL.matcher(plain).replaceAll(this::serial);
    plain = ADDRESS.matcher(plain).replaceAll(found -> address(found.group()));
    plain = ID.matcher(plain).replaceAll(found -> word("id-", found.group()));
    plain = HOME.matcher(plain).replaceAll(found -> "/home/" + word("user-", found.group(1)));
    for (Pattern name : names) {
      plain = name.matcher(plain).replaceAll(found -> word("name-", found.group()));
    }
    return plain;
  }

  private String serial(MatchResult found) {
    return found.group(1) + word("serial-", found.group(2));
  }

  private String uuid(String uuid) {
    if (uuid.equals(EFI)) {
      return uuid;
    }
    String digits = digits(uuid);
    return digits.substring(0, 8) + "-" + uuid.replaceAll("\\p{XDigit}", "0").substring(9);
  }

  /** Loopback and none at all tell nothing. */
  private String address(String address) {
    return address.startsWith("127.") || address.equals("0.0.0.0")
        ? address
        : word("address-", address);
  }

  private String word(String kind, String secret) {
    return kind + digits(secret).substring(0, 6);
  }

  private String digits(String secret) {
    return Sha256.of(salt + "\n" + secret);
  }
}
