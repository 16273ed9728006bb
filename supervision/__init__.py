"""Quality, deadlines, accountability: late, missing and faulty reports made visible, and who answered for them."""
