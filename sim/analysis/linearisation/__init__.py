"""The dynamics near rest: do disturbances of a world without crises fade, or grow by themselves?"""
