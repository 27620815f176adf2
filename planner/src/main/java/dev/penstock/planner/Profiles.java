package dev.penstock.planner;

/** What an encoder accepts of the profile asked for. */
final class Profiles {
  private Profiles() {}

  static void check(String profile, EncoderRecipe recipe, String pixelFormat, Ledger ledger) {
    String subject = "profile=" + profile + " in --rungs";
    if (recipe.profiles().isEmpty()) {
      ledger.refuse(
          subject,
          recipe.encoder() + " has no profiles to choose from",
          "it writes the one that the pictures need",
          "leave it away, or name another codec in that rung, such as 720p:h264:profile=main");
    } else if (!recipe.profiles().contains(profile)) {
      ledger.refuse(
          subject,
          recipe.encoder() + " has no such profile",
          "of " + recipe.codec().label() + " it has " + String.join(", ", recipe.profiles()),
          Spelling.nearest(profile, recipe.profiles())
              .map(near -> "did you mean " + near + "?")
              .orElse("take one of those, or name another codec in that rung"));
    } else if (!recipe.holds(profile, pixelFormat)) {
      ledger.refuse(
          subject,
          "it has no pictures of " + pixelFormat,
          "the source's pictures are kept as they are",
          "leave it away"
              + (pixelFormat.contains("10") ? ", or make the pictures 8 bit with --hdr sdr" : ""));
    }
  }
}
